import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import { parseObject } from '../domain/json-object.ts'
import { call } from './call.ts'
import { readClaims, type Claims } from './claims.ts'
import type { Service } from './service.ts'
import { garbled } from './service-failure.ts'

/** Where the runner gives out identity tokens: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
export interface TokenEndpoint {
  readonly url: string
  readonly requestToken: string
}

export interface IdentityToken {
  /** A secret, masked already. */
  readonly token: string
  readonly claims: Claims
}

/** Who signs, without a key of one's own. */
export interface IdentityProvider {
  /**
   * A token that is good for a minute at least. Fails with IDENTITY_MISSING when the endpoint gives none to this job,
   * SIGNING_FAILED when it is down for longer than the deadline or answers something else.
   */
  token(): Promise<IdentityToken>
}

type World = Pick<Ports, 'http' | 'patience' | 'secrets' | 'clock'>

const timeout = 10_000
const audience = 'sigstore'

/** The job's identity, from the runner's own endpoint (GitHub's OpenID Connect), with the audience that Fulcio asks for. */
export function openIdentity(endpoint: TokenEndpoint, world: World): IdentityProvider {
  let latest: Promise<IdentityToken> | undefined
  world.secrets.mask(endpoint.requestToken)
  return {
    async token() {
      const seen = latest
      const known = await seen?.catch(() => undefined)
      const soon = world.clock.now().getTime() / 1000 + 60
      if (known !== undefined && known.claims.expires > soon) return known
      if (latest === seen || latest === undefined) {
        latest = world.patience.retry('identity token', tries => fetchToken(endpoint, tries, world))
      }
      return latest
    },
  }
}

async function fetchToken(endpoint: TokenEndpoint, tries: number, world: World): Promise<IdentityToken> {
  const url = new URL(endpoint.url)
  url.searchParams.set('audience', audience)
  const service: Service = { name: 'the identity endpoint', url: url.origin }
  const headers = { authorization: `Bearer ${endpoint.requestToken}`, accept: 'application/json' }
  const request = { method: 'GET', url: url.href, headers, idleTimeout: timeout, taken: [401, 403] } as const
  const { status, body } = await call(service, request, world)
  if (status === 401 || status === 403) throw refusedToken(url.host, status)
  const token = parseObject(body.toString('utf8'))?.['value']
  if (typeof token !== 'string' || token === '') throw garbled(service, 'an identity token', tries)
  world.secrets.mask(token)
  const claims = readClaims(token)
  if (claims === undefined) throw garbled(service, 'an identity token', tries)
  return { token, claims }
}

function refusedToken(host: string, status: number): Failure {
  return new Failure(
    'IDENTITY_MISSING',
    `the identity endpoint (${host}) gives this job no token (${status})`,
    {
      hint: 'Add `id-token: write` to the permissions of the job.',
    },
  )
}
