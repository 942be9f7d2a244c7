import { drawGraph } from './graph-picture.ts'
import type { Planned } from './plan-outputs.ts'

/** Rows of a table that people still read. */
const mostRows = 300

/** The plan as the job summary, in Markdown. */
export function planSummary({ legs, graph, images }: Planned): string {
  const picture = drawGraph(graph)
  const parts = [
    '### Plan',
    legs.length === 0
      ? 'No packages are built.'
      : table(
          ['Leg', 'Platform', 'Runner', 'Files'],
          legs.map(leg => [
            leg.name,
            `\`${leg.platform}\``,
            [leg.runner].flat().join(', ') + (leg.emulator ? ', emulated' : ''),
            String(leg['melange-config'].split('\n').length),
          ]),
        ),
    ...(images.length === 0
      ? []
      : [
          table(
            ['Image', 'From', 'Platforms'],
            images.map(({ name, config, platforms }) => [
              escape(name),
              `\`${config}\``,
              platforms.join(', '),
            ]),
          ),
        ]),
    ...(picture === undefined ? [] : [['```mermaid', picture.text, '```'].join('\n')]),
    ...(picture?.note === undefined ? [] : [picture.note.replace('the record has all', '`graph` has all')]),
  ]
  return `${parts.join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const more = rows.length > mostRows ? [line([`… and ${rows.length - mostRows} more`])] : []
  return [line(head), line(head.map(() => '---')), ...rows.slice(0, mostRows).map(line), ...more].join('\n')
}

const escape = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&')
