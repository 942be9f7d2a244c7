import { readFile, writeFile } from 'node:fs/promises'
import { replacePart } from '../docs.ts'
import type { Figure } from './figure.ts'
import type { JobShare } from './own-share.ts'

export interface Found {
  /** What was measured and on what, a line each. */
  readonly facts: readonly string[]
  readonly figures: readonly Figure[]
  readonly shares: readonly JobShare[]
}

const document = new URL('../../docs/benchmarks.md', import.meta.url)

/** What goes between the markers of docs/benchmarks.md. */
export function figuresPart({ facts, figures, shares }: Found): string {
  const lines = facts.map(fact => `- ${fact}\n`).join('')
  const main = table(
    ['Figure', 'Measured', 'To reach', 'Met'],
    figures.map(({ what, measured, toReach, met }) => [what, measured, toReach, yes(met)]),
  )
  const own = table(
    [
      'Job',
      'CPU time of our process',
      'No child alive',
      'Neither melange nor apko alive',
      'Peak memory',
      'Met',
    ],
    shares.map(({ job, cpu, alone, withoutTools, peak, met }) => [
      job,
      cpu,
      alone,
      withoutTools,
      peak,
      yes(met),
    ]),
  )
  return `\n${lines}\n${main}\nOur own part of each job; to reach: CPU time and time without a child each less than 3 % of the job or 0.5 s.\n\n${own}\n`
}

export async function writePage(part: string): Promise<void> {
  await writeFile(document, replacePart(await readFile(document, 'utf8'), 'figures', part))
}

function yes(met: boolean | undefined): string {
  return met === undefined ? '' : met ? 'yes' : '**no**'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return [head, head.map(() => '---'), ...rows].map(line).join('')
}
