import type { IncomingHttpHeaders } from 'node:http'

/** The services of a Sigstore; `ct` is the certificate log that a Fulcio asks. */
export type Service = 'oidc' | 'fulcio' | 'ct' | 'rekor' | 'rekor2' | 'tsa'

export const services: readonly Service[] = ['oidc', 'fulcio', 'ct', 'rekor', 'rekor2', 'tsa']

export interface Call {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** Answers a call; throws Refusal for what it does not accept. */
export type Handler = (call: Call) => Reply | Promise<Reply>

/** An answer that is an error, thrown from wherever it is found. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }

  reply(): Reply {
    return json({ code: this.status, message: this.message }, this.status, this.headers)
  }
}

const rpcCodes: Readonly<Record<number, number>> = { 400: 3, 404: 5, 409: 6 }

/** The handler with its refusals written as those of gRPC services behind HTTP. */
export function withRpcErrors(handler: Handler): Handler {
  return async call => {
    try {
      return await handler(call)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const { status, message, headers } = thrown
      return json({ code: rpcCodes[status] ?? 2, message, details: [] }, status, headers)
    }
  }
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}

/** A handler that picks another one by `METHOD /path`, where `:name` stands for a path's one part. */
export function routes(table: Readonly<Record<string, Handler>>): Handler {
  const compiled = Object.entries(table).map(([line, handler]) => {
    return { pattern: new RegExp(`^${line.replace(/:\w+/g, '[^/]+')}$`), handler }
  })
  return call => {
    const line = `${call.method} ${call.path}`
    const found = compiled.find(({ pattern }) => pattern.test(line))
    if (!found) throw new Refusal(404, `nothing answers ${line}`)
    return found.handler(call)
  }
}
