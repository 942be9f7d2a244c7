import { asObject, parseObject } from '../domain/json-object.ts'

/**
 * What an answer of GitHub says in its own words: the message, and each of the single errors when it lists any. A text that
 * is no JSON is given as it is when it is short and no page. Not yet fit to be shown: see `plainWords`.
 */
export function saidIn(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8')
  const answer = parseObject(text)
  const message = answer?.['message']
  const said = typeof message === 'string' ? message : text.length < 200 && !text.includes('<') ? text : ''
  const errors = answer?.['errors']
  const single = Array.isArray(errors) ? errors.map(singleError) : []
  return [said, ...single].filter(words => words !== '').join('; ')
}

function singleError(error: unknown): string {
  if (typeof error === 'string') return error
  const { message, resource, field, code } = asObject(error) ?? {}
  if (typeof message === 'string') return message
  return [resource, field, code].filter(part => typeof part === 'string').join(' ')
}

/** One line of at most 300 characters, without the token and without anything that looks like one. */
export function plainWords(words: string, token: string): string {
  const line = (token === '' ? words : words.replaceAll(token, '[token]'))
    .replaceAll(/\bey[JA][\w-]{8,}(\.[\w-]*){0,2}|\b(gh[a-z]|github_pat)_\w{8,}/g, '[token]')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
