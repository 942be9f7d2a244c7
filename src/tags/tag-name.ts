import { Wrong } from './wrong.ts'

/** Most characters that a tag has (distribution spec). */
const limit = 128

/** Makes a tag of any text: what may not be in one becomes `-`; empty when nothing is left. */
export function cleanTag(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, limit)
}

/** A text that has to be a tag as it is. Throws Wrong. */
export function checkedTag(text: string): string {
  if (/^\w[\w.-]*$/.test(text) && text.length <= limit) return text
  const strange = [...new Set(text.match(/[^\w.-]/gu))].map(each => JSON.stringify(each)).join(', ')
  const wrong =
    text.length > limit
      ? `it has ${text.length} characters, ${limit} are accepted`
      : strange === ''
        ? `it starts with "${text[0]}"`
        : `${strange} may not be in a tag`
  throw new Wrong(
    `${JSON.stringify(text)} is not a tag: ${wrong}`,
    'A tag has letters, digits, "_", "." and "-", does not start with "." or "-", and has at most 128 characters. A rule has type=: type=raw,value=….',
  )
}
