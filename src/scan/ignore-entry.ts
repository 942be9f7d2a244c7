import type { IgnoreEntry } from '../domain/verdict.ts'

/** What an entry says, before it is known to be right. */
export type EntryTexts = Readonly<Partial<Record<EntryField, unknown>>>

const fields = ['vulnerability', 'package', 'reason', 'until'] as const
type EntryField = (typeof fields)[number]

/** `CVE-2026-11111`, `GHSA-xxxx-xxxx-xxxx`, `GO-2026-1234`, `ALPINE-CVE-2026-11111` */
const identifier = /^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9_.:]+)+$/

/** An entry of `scan-ignore`, or all that is wrong with it. */
export function checkEntry(texts: EntryTexts): {
  readonly entry?: IgnoreEntry
  readonly problems: readonly string[]
} {
  const unknown = Object.keys(texts).filter(key => !fields.some(field => field === key))
  const problems = [
    ...unknown.map(key => `${JSON.stringify(key)} is no part of an entry; accepted: ${fields.join(', ')}`),
    ...fields.flatMap(field => problemsOf(field, texts[field])),
  ]
  if (problems.length > 0) return { problems }
  const [vulnerability = '', name = '', reason = '', until = ''] = fields.map(field => textOf(texts[field]))
  return { entry: { vulnerability, package: name, reason, until }, problems }
}

function problemsOf(field: EntryField, value: unknown): readonly string[] {
  const text = textOf(value)
  if (text === '') return [`"${field}" is missing`]
  const shown = `"${field}" is ${JSON.stringify(text)}`
  if (field === 'vulnerability' && !identifier.test(text)) {
    return [`${shown}; accepted: an identifier such as CVE-2026-11111`]
  }
  if (field === 'package' && !/^[^\s*?]+$/.test(text)) return [`${shown}; accepted: the name of one package`]
  if (field === 'reason' && !/\p{L}{2}/u.test(text)) return [`${shown}; accepted: a sentence that says why`]
  if (field === 'until' && !isDay(text)) return [`${shown}; accepted: a day such as 2026-12-31`]
  return []
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}

/** Whether a text is a day of the calendar, `2026-12-31`. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}
