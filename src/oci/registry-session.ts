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

/** Opens a session; nothing is sent yet. Whether, and how, the registry wants a login is found out by one request, which the others wait for. */
export function openSession(access: Access, ports: RegistryPorts): RegistrySession {
  const own = scopeOf(access.repository, access.wish)
  let accepted = false
  const authorizer = openAuthorizer(access, ports, () => accepted)
  const afterFirst = openFirst()

  /** Sends once; undefined when a 401 told of a login that is to be tried. */
  const exchange = async (request: RegistryRequest, last: boolean): Promise<HttpResponse | undefined> => {
    const { moreScopes = [], body, headers, ...rest } = request
    const url = safeUrl(request.url, access)
    const isOwn = url.origin === access.origin
    const authorization = isOwn ? await authorizer.headerFor([own, ...moreScopes]) : undefined
    const response = await ports.http.send({
      ...rest,
      url: url.href,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === undefined ? {} : { body: typeof body === 'function' ? body() : body }),
    })
    if (authorization !== undefined && isProof(request, response, access)) accepted = true
    if (response.status !== 401 || !isOwn || last) return response
    response.body.resume()
    authorizer.learn(response.headers['www-authenticate'] ?? '', authorization)
    return undefined
  }
  return {
    access,
    ports,
    async send(request) {
      for (let round = 0; ; round += 1) {
        const response = await afterFirst(() => exchange(request, round === 2))
        if (response !== undefined) return response
      }
    },
    refusal: (doing, response) => refusalOf(response, { doing, access, accepted, now: ports.clock.now() }),
  }
}

/** Whether an answer proves that the registry takes the login: reading alone proves no right to push. */
function isProof({ method }: RegistryRequest, { status }: HttpResponse, { wish }: Access): boolean {
  return status < 400 && (wish === 'pull' || !['GET', 'HEAD'].includes(method))
}

/** Makes work wait while the first of it is under way; after one that failed the next is the first. */
function openFirst(): <T>(work: () => Promise<T>) => Promise<T> {
  let first: Promise<unknown> | undefined
  return async work => {
    if (first !== undefined) {
      await first.catch(() => {})
      return work()
    }
    const working = work()
    first = working
    try {
      return await working
    } catch (error) {
      first = undefined
      throw error
    }
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
