import type { Failure } from '../domain/failure.ts'
import type { InputLine } from '../domain/input-line.ts'
import { globalExpressions, type TagFacts } from './expressions.ts'
import { lineFailure } from './line-failure.ts'
import { fillTemplate, parseTemplate } from './template.ts'
import { Wrong } from './wrong.ts'

export interface ReadLabels {
  /** By key; the last line of a key counts. An empty text: to be left out. */
  readonly values: Readonly<Record<string, string>>
  readonly failures: readonly Failure[]
}

/**
 * Reads `key=value` lines of the input `labels` or `annotations`; values may have the expressions of tags, except the clock: it
 * would make another digest in each run. Every wrong line is a failure (INPUT_INVALID) that names it.
 */
export function readLabels(
  input: 'labels' | 'annotations',
  lines: readonly InputLine[],
  facts: Pick<TagFacts, 'context' | 'now'>,
): ReadLabels {
  const failures: Failure[] = []
  const values: Record<string, string> = {}
  for (const line of lines) {
    try {
      const { key, value } = readLine(line.text, facts)
      values[key] = value
    } catch (error) {
      failures.push(lineFailure(input, line, error))
    }
  }
  return { values, failures }
}

function readLine(text: string, facts: Pick<TagFacts, 'context' | 'now'>): { key: string; value: string } {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  const name = key.trim()
  if (name === '') {
    throw new Wrong(
      'it has no key; accepted: key=value',
      'Write for example org.opencontainers.image.vendor=ACME.',
    )
  }
  const level = /^(?:index|manifest|manifest-descriptor|index-descriptor)(?:,[a-z-]+)*(?:\[[^\]]*\])?:/.exec(
    name,
  )?.[0]
  if (level !== undefined) {
    throw new Wrong(
      `the key starts with ${JSON.stringify(level)}; labels go into every configuration, annotations onto the index and every manifest`,
      `Write ${name.slice(level.length)}=….`,
    )
  }
  // Objects in JavaScript do not keep it: it would vanish.
  if (name === '__proto__') throw new Wrong('the key "__proto__" cannot be kept', 'Take another key.')
  if (/\s/.test(name)) throw new Wrong(`the key ${JSON.stringify(name)} has blanks`)
  const expressions = globalExpressions(facts, () => {
    throw new Wrong(
      'the clock would make another digest in each run',
      `Take the commit's time: {{commit_date 'YYYY-MM-DDTHH:mm:ss[Z]'}}.`,
    )
  })
  return { key: name, value: fillTemplate(parseTemplate(value.trim()), expressions, false) }
}
