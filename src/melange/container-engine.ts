import { text } from 'node:stream/consumers'
import type { Http, HttpRequest, HttpResponse } from '../ports.ts'

/** Speaks the Docker Engine API (v1.41) to one engine; paths begin with `/`. Throws what the Http port throws. */
export interface ContainerEngine {
  send(method: HttpRequest['method'], path: string, body?: unknown): Promise<HttpResponse>
}

const idleTimeout = 20_000

/** The engine at an address as DOCKER_HOST gives it; undefined when we have no way to speak to it (`ssh://`, `npipe://`). */
export function openEngine(dockerHost: string, http: Http): ContainerEngine | undefined {
  const where = addressOf(dockerHost)
  if (where === undefined) return undefined
  return {
    send: (method, path, body) =>
      http.send({
        method,
        url: `${where.base}${path}`,
        idleTimeout,
        ...(where.socket !== undefined && { socket: where.socket }),
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      }),
  }
}

/** Path of the engine's Unix socket; undefined when it has none. */
export function socketOf(dockerHost: string): string | undefined {
  return /^unix:\/\/(\/.+)$/.exec(dockerHost)?.[1]
}

function addressOf(dockerHost: string): { base: string; socket?: string } | undefined {
  const socket = socketOf(dockerHost)
  if (socket !== undefined) return { base: 'http://localhost', socket }
  const remote = /^(tcp|https?):\/\/([^/]+)/.exec(dockerHost)
  if (remote === null) return undefined
  const [, scheme, host = ''] = remote
  const encrypted = scheme === 'https' || (scheme === 'tcp' && host.endsWith(':2376'))
  return { base: `${encrypted ? 'https' : 'http'}://${host}` }
}

/** The JSON of an answer in the 200s; undefined for any other. */
export async function jsonOf(response: HttpResponse): Promise<unknown> {
  const body = await text(response.body)
  return response.status >= 200 && response.status < 300 && body !== '' ? JSON.parse(body) : undefined
}
