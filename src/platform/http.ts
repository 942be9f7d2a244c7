import { Readable } from 'node:stream'
import { request, type Dispatcher } from 'undici'
import { Failure } from '../domain/failure.ts'
import type { Http, HttpRequest, HttpResponse, Log } from '../ports.ts'
import { watchPace } from './answer-pace.ts'
import { openDispatchers, type Route } from './dispatchers.ts'
import { networkFailure } from './network-failure.ts'
import { redirectedHop, type Hop } from './redirect.ts'
import { translatedBody } from './response-body.ts'

const mostRedirects = 5

export interface HttpOptions {
  /** Where http_proxy, https_proxy and no_proxy are read from. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly userAgent: string
  readonly log: Pick<Log, 'debug'>
  /** Milliseconds for name, connection and TLS; 10,000 unless told. */
  readonly connectTimeout?: number
  /** Milliseconds without progress, for requests that name none; 60,000 unless told. */
  readonly idleTimeout?: number
}

/**
 * The Http port over undici, with kept-alive connections. Bodies are passed on as sent, never decoded. `close` ends every
 * connection; requests after it fail with CANCELLED, save those to a Unix socket, so that an engine can still be swept.
 */
export function openHttp(options: HttpOptions): Http & { close(): Promise<void> } {
  const { env, userAgent, log, connectTimeout = 10_000, idleTimeout: usualTimeout = 60_000 } = options
  const dispatchers = openDispatchers(env, connectTimeout)
  let closed = false

  const exchange = async (wanted: HttpRequest, hop: Hop, route: Route): Promise<Dispatcher.ResponseData> => {
    const { method, body, idleTimeout = usualTimeout } = wanted
    const failedBody = errorOf(body)
    try {
      return await request(hop.url, {
        dispatcher: route.dispatcher,
        method,
        headers: { 'user-agent': userAgent, 'accept-encoding': 'identity', ...hop.headers },
        body: body ?? null,
        headersTimeout: idleTimeout,
        bodyTimeout: idleTimeout,
      })
    } catch (error) {
      throw failedBody() ?? translate(error, route.name)
    }
  }
  const translate = (error: unknown, name: string): Error => {
    if (closed) return new Failure('CANCELLED', 'the run has ended', { cause: error })
    return networkFailure(error, name) ?? (error instanceof Error ? error : new Error(String(error)))
  }

  return {
    async send(wanted) {
      if (closed && wanted.socket === undefined) throw new Failure('CANCELLED', 'the run has ended')
      let hop: Hop = { url: new URL(wanted.url), headers: wanted.headers ?? {} }
      for (let redirects = 0; ; redirects += 1) {
        const route = dispatchers.routeTo(hop.url, wanted.socket)
        const answer = await exchange(wanted, hop, route)
        log.debug(`${wanted.method} ${hop.url.host}${hop.url.pathname}: ${answer.statusCode}`)
        const next = followed(wanted) ? nextHop(hop, answer) : undefined
        if (next === undefined) {
          watchPace(answer.body, wanted.idleTimeout ?? usualTimeout)
          return response(answer, hop.url, error => translate(error, route.name))
        }
        await answer.body.dump().catch(() => {})
        if (redirects === mostRedirects) {
          throw new Failure('NETWORK_FAILED', `${hop.url.host} redirects more than ${mostRedirects} times`)
        }
        hop = next
      }
    },
    async close() {
      closed = true
      await dispatchers.close()
    },
  }
}

function followed({ method, socket }: HttpRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && socket === undefined
}

function nextHop(hop: Hop, answer: Dispatcher.ResponseData): Hop | undefined {
  const { location } = answer.headers
  try {
    return redirectedHop(hop, answer.statusCode, Array.isArray(location) ? location[0] : location)
  } catch (error) {
    answer.body.on('error', () => {}).destroy()
    throw error
  }
}

function response(
  answer: Dispatcher.ResponseData,
  url: URL,
  translate: (error: unknown) => Error,
): HttpResponse {
  const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')] as const],
  )
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(headers),
    url: url.href,
    body: translatedBody(answer.body, translate),
  }
}

/** Watches a body that is sent, so that its own failure (a file that cannot be read) is not taken for the network's. */
function errorOf(body: HttpRequest['body']): () => Error | undefined {
  let failed: Error | undefined
  if (body instanceof Readable) body.once('error', error => (failed ??= error))
  return () => failed
}
