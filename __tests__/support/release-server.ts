import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** What goes wrong with an answer. Bytes count from the start of the body of that answer. */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is reset after the bytes. */
  | { readonly kind: 'reset'; readonly after: number }
  /** The body ends after the bytes; `announced`: after a content-length that promised all of it. */
  | { readonly kind: 'truncate'; readonly after: number; readonly announced: boolean }
  /** Nothing more comes for the milliseconds after the bytes. */
  | { readonly kind: 'slow'; readonly after: number; readonly pause: number }
  /** A page with status 200, as a captive portal gives it. */
  | { readonly kind: 'html' }
  /** The right length, but the byte at the place is another one. */
  | { readonly kind: 'corrupt'; readonly at: number }

/** Trouble for requests whose path ends in the text, as often as `times` says; served ones are counted off. */
export type Fault = Trouble & { readonly path: string; times: number }

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<IncomingMessage['headers']>
  /** Of our answer. */
  readonly status: number
}

/** To be closed, or held by `await using`. */
export interface ReleaseServer extends AsyncDisposable {
  /** Without a slash at the end: what `tools-mirror` takes. */
  readonly url: string
  /** Every request so far, the oldest first. */
  readonly requests: SeenRequest[]
  /** The first that fits and has times left is had; may be added to at any time. */
  readonly faults: Fault[]
  close(): Promise<void>
}

/** Serves a folder of releases (a mirror of the release pages) on 127.0.0.1, with ranges and ETags, and the faults asked for. */
export async function startReleaseServer({ folder }: { readonly folder: string }): Promise<ReleaseServer> {
  const requests: { -readonly [key in keyof SeenRequest]: SeenRequest[key] }[] = []
  const faults: Fault[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    const seen = { method: request.method ?? '', path, headers: request.headers, status: 0 }
    requests.push(seen)
    const fault = faults.find(one => one.times > 0 && path.endsWith(one.path))
    if (fault) fault.times -= 1
    const file = join(folder, normalize(path))
    const head = (status: number): ServerResponse => {
      seen.status = status
      response.statusCode = status
      return response
    }
    // A client that went away is no failure of the server.
    answer({ request, head, file, fault }).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, requests, faults, close, [Symbol.asyncDispose]: close }
}

const signIn = '<!doctype html><title>Sign in</title>'

interface Exchange {
  readonly request: IncomingMessage
  /** The response, its status set and noted. */
  readonly head: (status: number) => ServerResponse
  readonly file: string
  readonly fault: Trouble | undefined
}

async function answer({ request, head, file, fault }: Exchange): Promise<void> {
  if (fault?.kind === 'status') return send(head(fault.status), { ...fault.headers })
  if (fault?.kind === 'html') return send(head(200), { 'content-type': 'text/html' }, signIn)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) return send(head(404), {}, 'Not Found')
  const { size } = found
  const etag = `"${size}-${found.mtimeMs}"`
  const { range: wanted, 'if-range': only = etag } = request.headers
  const range = parseRange(only === etag ? wanted : undefined, size)
  if (!range) return send(head(416), { 'content-range': `bytes */${size}` })
  const response = head(range.partial ? 206 : 200)
  const length = range.to - range.from + 1
  response.setHeaders(
    new Map([
      ['etag', etag],
      ['accept-ranges', 'bytes'],
      ['content-type', 'application/octet-stream'],
    ]),
  )
  if (range.partial) response.setHeader('content-range', `bytes ${range.from}-${range.to}/${size}`)
  if (fault?.kind === 'truncate' && !fault.announced) endByClosing(response)
  else response.setHeader('content-length', length)
  if (request.method !== 'HEAD' && length > 0) {
    await sendFile(response, createReadStream(file, { start: range.from, end: range.to }), fault)
  }
  response.end()
}

function send(response: ServerResponse, headers: Record<string, string>, text = ''): void {
  response.setHeaders(new Map(Object.entries({ 'content-length': `${Buffer.byteLength(text)}`, ...headers })))
  response.end(text)
}

/** The body then is whatever comes until the connection is closed (RFC 9112, 6.3). */
function endByClosing(response: ServerResponse): void {
  response.removeHeader('transfer-encoding')
  response.shouldKeepAlive = false
}

interface Range {
  readonly from: number
  /** Of the last byte. */
  readonly to: number
  readonly partial: boolean
}

/** The whole file without a header, undefined for a range outside of it. */
function parseRange(header: string | undefined, size: number): Range | undefined {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!asked) return { from: 0, to: size - 1, partial: false }
  const [, first = '', last = ''] = asked
  const from = first ? Number(first) : Math.max(0, size - Number(last))
  const to = first && last ? Math.min(Number(last), size - 1) : size - 1
  return from <= to ? { from, to, partial: true } : undefined
}

async function sendFile(
  response: ServerResponse,
  source: Readable,
  fault: Trouble | undefined,
): Promise<void> {
  let sent = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const place = fault && 'after' in fault ? fault.after - sent : -1
    if (fault?.kind === 'corrupt') spoil(chunk, fault.at - sent)
    sent += chunk.length
    if (!fault || place < 0 || place >= chunk.length) {
      await write(response, chunk)
      continue
    }
    await write(response, chunk.subarray(0, place))
    if (fault.kind === 'reset') response.socket?.resetAndDestroy()
    if (fault.kind === 'truncate') response.socket?.end()
    if (fault.kind !== 'slow') return
    await sleep(fault.pause)
    await write(response, chunk.subarray(place))
  }
}

function spoil(chunk: Buffer, place: number): void {
  if (place >= 0 && place < chunk.length) chunk.writeUInt8(chunk.readUInt8(place) ^ 0xff, place)
}

/** Done when the system has taken the bytes. */
async function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.write(bytes, failed => (failed ? reject(failed) : resolve()))
  })
}
