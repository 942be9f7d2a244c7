import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults, Trouble } from './faults.ts'
import type { Journal } from './journal.ts'
import { json, Refusal, type Call, type Handler, type Reply, type Service } from './service.ts'

export interface DoorOptions {
  readonly faults: Faults
  readonly journal: Journal
  /** Milliseconds before each call is acted on. */
  readonly latency?: number
  /** Bytes of a body beyond which the answer is 413. */
  readonly limit?: number
  readonly port?: number
}

const page = '<!doctype html><title>It works!</title>'

/** A service on a port of the loopback. */
export interface Door {
  readonly url: string
  /** Refuses connections until the answered function is called. */
  refuse(): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** Opens a service's port: latency, faults and the journal are seen to here, the rest is the handler's. */
export async function openDoor(service: Service, handler: Handler, options: DoorOptions): Promise<Door> {
  const closing = new AbortController()
  const wait = (milliseconds: number): Promise<void> =>
    sleep(milliseconds, undefined, { signal: closing.signal })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request)
    const trouble = options.faults.take(service, `${call.method} ${call.path}`)
    const exchange = options.journal.note(service, call, trouble)
    if (options.latency) await wait(options.latency)
    const act = async (): Promise<Reply> => {
      const tooLarge = options.limit !== undefined && call.body.length > options.limit
      return tooLarge
        ? json({ code: 413, message: 'request body too large' }, 413)
        : await reply(handler, call)
    }
    const given = await meet(trouble, act, wait)
    if (given === 'reset') {
      exchange.outcome = 'reset'
      request.socket.resetAndDestroy()
      return
    }
    exchange.outcome = given.status
    response.writeHead(given.status, given.headers)
    response.end(given.body)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    async refuse() {
      await stop()
      return async () => {
        await listen(port)
      }
    },
    async close() {
      closing.abort()
      await stop()
    },
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { pathname: path, searchParams: query } = new URL(`http://127.0.0.1${request.url ?? '/'}`)
  const { method = 'GET', headers } = request
  return { method, path, query, headers, body: Buffer.concat(chunks) }
}

async function reply(handler: Handler, call: Call): Promise<Reply> {
  try {
    return await handler(call)
  } catch (thrown) {
    const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, String(thrown))
    return refusal.reply()
  }
}

async function meet(
  trouble: Trouble | undefined,
  act: () => Promise<Reply>,
  wait: (milliseconds: number) => Promise<void>,
): Promise<Reply | 'reset'> {
  if (!trouble) return await act()
  if ('acted' in trouble && trouble.acted) await act()
  switch (trouble.kind) {
    case 'reset':
      return 'reset'
    case 'status': {
      const { status, headers = {}, body } = trouble
      return body === undefined
        ? json({ code: status, message: 'out of order' }, status, headers)
        : { status, headers, body }
    }
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: trouble.body ?? page }
    case 'slow': {
      const given = await act()
      await wait(trouble.milliseconds)
      return given
    }
    case 'repeated':
      await act()
  }
  return await act()
}
