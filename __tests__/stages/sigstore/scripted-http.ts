import { Readable } from 'node:stream'
import type { HttpRequest, HttpResponse } from '../../../src/ports.ts'

export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Answers requests one by one; the last answer stays. A function sees the request. */
export function scriptedHttp(
  ...answers: readonly (ScriptedAnswer | Error | ((request: HttpRequest) => ScriptedAnswer))[]
): (request: HttpRequest) => Promise<HttpResponse> {
  let next = 0
  return async request => {
    const scripted = answers[Math.min(next, answers.length - 1)]
    next += 1
    if (scripted instanceof Error) throw scripted
    const {
      status = 200,
      headers = {},
      body = '',
    } = (typeof scripted === 'function' ? scripted(request) : scripted) ?? {}
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return { status, headers, url: request.url, body: Readable.from([Buffer.from(text)]) }
  }
}
