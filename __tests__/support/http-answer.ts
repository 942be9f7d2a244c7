import { Readable } from 'node:stream'
import type { HttpRequest, HttpResponse } from '../../src/ports.ts'

/** An answer of a scripted Http port. */
export function answer(
  request: HttpRequest,
  status: number,
  more: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Uint8Array } = {},
): HttpResponse {
  const body = Readable.from(more.body === undefined ? [] : [Buffer.from(more.body)])
  return { status, headers: more.headers ?? {}, url: request.url, body }
}
