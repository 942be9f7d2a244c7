import { parseJson } from '../sigstore/json-fields.ts'
import { json, type Handler, type Reply } from '../sigstore/service.ts'

/** A request's message, JSON by protobuf's rules: wrapped scalars are plain, 64-bit numbers are strings. */
export type Message = Readonly<Record<string, unknown>>

/** Error of a Twirp service (twirp v7, "Errors"), thrown by a method. */
export class TwirpError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** A Twirp service over JSON: one method for each `POST /twirp/<package>.<service>/<method>`; asks for a token. */
export function twirp(methods: Readonly<Record<string, (message: Message) => object>>): Handler {
  return ({ path, body, headers }): Reply => {
    const said = (status: number, code: string, msg: string): Reply => json({ code, msg }, status)
    if (!/^bearer .+/i.test(headers.authorization ?? '')) return said(401, 'unauthenticated', 'no token')
    const method = methods[path.split('/').at(-1) ?? '']
    if (method === undefined) return said(404, 'bad_route', `nothing answers ${path}`)
    try {
      return json(method(parseJson(body) as Message))
    } catch (thrown) {
      if (!(thrown instanceof TwirpError)) throw thrown
      return said(thrown.status, thrown.code, thrown.message)
    }
  }
}

export function textOf(message: Message, name: string): string {
  const value = message[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new TwirpError(400, 'malformed', `${name} is no text`)
  }
  return String(value)
}
