import { Failure } from '../domain/failure.ts'

export interface Hop {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

const secretHeaders = new Set(['authorization', 'cookie', 'proxy-authorization'])

/**
 * The request that a redirect asks for (RFC 9110, 15.4); undefined when the answer is no redirect. Credentials do not go to
 * another origin. Fails with NETWORK_FAILED when it leads from https to http or is not a URL.
 */
export function redirectedHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined
  const url = URL.parse(location, hop.url.href)
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    throw new Failure('NETWORK_FAILED', `${hop.url.host} redirects to something that is not an http URL`)
  }
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new Failure(
      'NETWORK_FAILED',
      `${hop.url.host} redirects from https to plain http on ${url.host}; that is not followed`,
    )
  }
  if (url.origin === hop.url.origin) return { url, headers: hop.headers }
  const kept = Object.entries(hop.headers).filter(([name]) => !secretHeaders.has(name.toLowerCase()))
  return { url, headers: Object.fromEntries(kept) }
}
