import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpRequest, HttpResponse, Ports } from '../ports.ts'
import type { Access } from './access.ts'
import { basicValue } from './credentials.ts'
import { loginMissing, loginRefused } from './denial.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import { readComplaint } from './complaint.ts'
import { judge, mayPass, type Refusal } from './registry-failure.ts'

const answerLimit = 256 * 1024

/** Where tokens come from, as a Bearer challenge tells (distribution spec, token authentication). */
export interface TokenService {
  readonly realm: URL
  readonly service: string | undefined
}

export interface RegistryToken {
  readonly value: string
  /** Milliseconds since 1970 until which we use it: a little less than it lasts. */
  readonly usableUntil: number
}

interface TokenWish {
  readonly access: Access
  readonly ports: Pick<Ports, 'http' | 'clock' | 'secrets'>
  /** Whether the login got a token before. */
  readonly accepted: boolean
}

/**
 * Checks the realm of a challenge. It gets the login, so it has to be https, or the registry's own host where the
 * registry itself is reached by http. Fails with REGISTRY_FAILED.
 */
export function tokenService(parameters: Readonly<Record<string, string>>, access: Access): TokenService {
  const { realm: text = '', service } = parameters
  const realm = URL.parse(text)
  const own = new URL(access.origin)
  const isOwn = own.protocol === 'http:' && realm?.protocol === 'http:' && realm.hostname === own.hostname
  if (realm !== null && realm.username === '' && (realm.protocol === 'https:' || isOwn))
    return { realm, service }
  const where = realm === null ? 'no URL' : `${realm.protocol}//${realm.host}`
  throw new Failure(
    'REGISTRY_FAILED',
    `${access.repository.registry} sends logins to ${where}, which is not safe; an https address is accepted`,
    { hint: 'Have the registry name an https token service, or use another registry.' },
  )
}

/**
 * Gets a token for the scopes. Throws Transient while the service is not well; fails with REGISTRY_DENIED when there is no
 * login or it is not accepted, REGISTRY_FAILED on an answer that is no token. The token is masked.
 */
export async function requestToken(
  { realm, service }: TokenService,
  scopes: readonly string[],
  { access, ports, accepted }: TokenWish,
): Promise<RegistryToken> {
  const response = await ports.http
    .send(questionOf({ realm, service }, scopes, access))
    .catch((error: unknown) => {
      throw sentThere(realm, access, error)
    })
  if (response.status !== 200)
    throw await refusedBy(realm, response, { access, accepted, now: ports.clock.now() })
  const answer = parseToken((await readAtMost(response.body, answerLimit)).toString())
  if (answer === undefined) {
    throw new Failure(
      'REGISTRY_FAILED',
      `the token service ${realm.host} answered something that is not a token`,
      {
        hint: `Is a proxy or a login page between here and ${realm.host}?`,
      },
    )
  }
  ports.secrets.mask(answer.value)
  const margin = Math.min(10, answer.seconds / 2)
  return { value: answer.value, usableUntil: ports.clock.now().getTime() + (answer.seconds - margin) * 1000 }
}

function questionOf(
  { realm, service }: TokenService,
  scopes: readonly string[],
  access: Access,
): HttpRequest {
  const { credentials } = access
  if (credentials.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'giropops-build',
      refresh_token: credentials.token,
      scope: scopes.join(' '),
      ...(service === undefined ? {} : { service }),
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    return { method: 'POST', url: realm.href, headers, body: form.toString() }
  }
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const login = credentials.kind === 'password' ? { authorization: `Basic ${basicValue(credentials)}` } : {}
  return { method: 'GET', url: url.href, headers: { accept: 'application/json', ...login } }
}

/** Tells of an unreachable token service who named it: it may be a host that the user never heard of. */
function sentThere(realm: URL, { repository }: Access, error: unknown): unknown {
  const failure = error instanceof Transient ? error.failure : error
  if (!(failure instanceof Failure) || failure.code !== 'NETWORK_FAILED') return error
  if (realm.host === repository.registry) return error
  const { code, message, hint, cause } = failure
  const told = new Failure(code, `${message}; ${repository.registry} sends logins there`, { hint, cause })
  return error instanceof Transient ? new Transient(told, error.retryAfter) : told
}

async function refusedBy(
  realm: URL,
  response: HttpResponse,
  { access, accepted, now }: Omit<Refusal, 'doing'>,
): Promise<Error> {
  const complaint = await readComplaint(response)
  if (!mayPass(response.status) && [401, 403].includes(response.status)) {
    return access.credentials.kind === 'none'
      ? loginMissing(access)
      : loginRefused(access, complaint, accepted)
  }
  return judge(response, complaint, { doing: `login at ${realm.host}`, access, now })
}

function parseToken(text: string): { readonly value: string; readonly seconds: number } | undefined {
  let answer: { token?: unknown; access_token?: unknown; expires_in?: unknown }
  try {
    answer = Object(JSON.parse(text)) as typeof answer
  } catch {
    return undefined
  }
  const value = answer.token || answer.access_token
  const seconds = answer.expires_in
  // The spec's default is 60 seconds.
  const lasts = typeof seconds === 'number' && seconds > 0 ? seconds : 60
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? { value, seconds: lasts } : undefined
}
