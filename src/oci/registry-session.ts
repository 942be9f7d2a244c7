import type { Readable } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import type { Transient } from '../domain/transient.ts'
import type { HttpRequest, HttpResponse, Ports } from '../ports.ts'
import { scopeOf, type Access } from './access.ts'
import { openAuthorizer } from './registry-auth.ts'
import { refusalOf } from './registry-failure.ts'

export type RegistryPorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'secrets'>

export interface RegistryRequest {
  readonly method: HttpRequest['method']
  readonly url: string
  /** Scopes needed besides the session's own. */
  readonly moreScopes?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  /** A stream is made anew for each time that the request is sent. */
  readonly body?: string | Uint8Array | (() => Readable)
  readonly idleTimeout?: number
}

/** Requests to one repository with the login that the registry asks for. Nothing is repeated but after a 401. */
export interface RegistrySession {
  readonly access: Access
  readonly ports: RegistryPorts
  /** Answers whatever the status; 401 only when a new token did not help. */
  send(request: RegistryRequest): Promise<HttpResponse>
  /** What to throw for an answer that is not the one hoped for. `doing` starts the message. */
  refusal(doing: string, response: HttpResponse): Promise<Failure | Transient>
}

export function openSession(access: Access, ports: RegistryPorts): RegistrySession {
  const own = scopeOf(access.repository, access.wish)
  const authorizer = openAuthorizer(access, ports)
  return {
    access,
    ports,
    async send({ moreScopes = [], body, headers, ...request }) {
      const scopes = [own, ...moreScopes]
      const url = safeUrl(request.url, access)
      for (let round = 0; ; round += 1) {
        const isOwn = url.origin === access.origin
        const authorization = isOwn ? await authorizer.headerFor(scopes) : undefined
        const response = await ports.http.send({
          ...request,
          url: url.href,
          headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
          ...(body === undefined ? {} : { body: typeof body === 'function' ? body() : body }),
        })
        if (response.status !== 401 || !isOwn || round === 2) return response
        response.body.resume()
        authorizer.learn(response.headers['www-authenticate'] ?? '', authorization)
      }
    },
    refusal: (doing, response) => refusalOf(response, { doing, access, now: ports.clock.now() }),
  }
}

/**
 * Registries name the address of an upload themselves. One behind a proxy may say http for itself, where https is meant;
 * anything else that would go unencrypted to another host is refused.
 */
function safeUrl(text: string, access: Access): URL {
  const url = new URL(text)
  const own = new URL(access.origin)
  if (url.protocol === 'http:' && own.protocol === 'https:' && url.hostname === own.hostname)
    url.protocol = 'https:'
  if (url.protocol === 'https:' || url.origin === access.origin) return url
  throw new Failure(
    'REGISTRY_FAILED',
    `${access.repository.registry} wants the upload sent unencrypted to ${url.host}`,
    {
      hint: 'Have the registry name an https address for uploads.',
    },
  )
}
