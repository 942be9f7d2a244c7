import { Wrong } from './wrong.ts'

/** The fields of a line of CSV (RFC 4180): what has commas is in quotes, a quote in quotes is doubled. Throws Wrong. */
export function csvFields(line: string): readonly string[] {
  const fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy
  for (;;) {
    const match = field.exec(line)
    if (match === null)
      throw new Wrong(
        'a quote is in the wrong place; a field is in quotes from its first character to its last',
      )
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '') return fields
  }
}
