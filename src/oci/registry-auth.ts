import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import type { Access } from './access.ts'
import { parseChallenges, type Challenge } from './challenge.ts'
import { basicValue } from './credentials.ts'
import { loginMissing, loginRefused } from './denial.ts'
import { requestToken, tokenService, type RegistryToken, type TokenService } from './token-service.ts'

/** Knows what to put into Authorization, and learns it from the registry's 401 answers. */
export interface Authorizer {
  /** The header for a request that needs the scopes; undefined as long as the registry asked for nothing. */
  headerFor(scopes: readonly string[]): Promise<string | undefined>
  /**
   * Takes in a 401: its WWW-Authenticate, and the header that was sent and rejected, which is not used again.
   * Fails with REGISTRY_DENIED when there is no other login to try.
   */
  learn(challenge: string, rejected: string | undefined): void
}

interface KeptToken {
  readonly asked: Promise<RegistryToken>
  /** Set when it has come. */
  token?: RegistryToken
}

/**
 * An authorizer that keeps one token for each set of scopes as long as it lasts, and never asks for the same twice at once.
 * `isAccepted` tells whether the registry took the login before.
 */
export function openAuthorizer(
  access: Access,
  ports: Pick<Ports, 'http' | 'clock' | 'secrets'>,
  isAccepted: () => boolean = () => false,
): Authorizer {
  const { credentials } = access
  const tokens = new Map<string, KeptToken>()
  let hadToken = false
  let method: 'unknown' | 'basic' | TokenService = 'unknown'

  const ask = (service: TokenService, scopes: readonly string[], key: string): KeptToken => {
    const kept: KeptToken = { asked: requestToken(service, scopes, { access, ports, accepted: hadToken }) }
    tokens.set(key, kept)
    kept.asked.then(
      token => {
        hadToken = true
        kept.token = token
        return token
      },
      () => forget(kept),
    )
    return kept
  }
  const forget = (kept: KeptToken): void => {
    for (const [key, each] of tokens) if (each === kept) tokens.delete(key)
  }

  return {
    async headerFor(scopes) {
      if (credentials.kind === 'registry-token') return `Bearer ${credentials.token}`
      if (method === 'unknown') return undefined
      if (method === 'basic') {
        return credentials.kind === 'password' ? `Basic ${basicValue(credentials)}` : undefined
      }
      const key = scopes.join(' ')
      const kept = tokens.get(key)
      const isOver = kept?.token !== undefined && kept.token.usableUntil <= ports.clock.now().getTime()
      const { asked } = kept === undefined || isOver ? ask(method, scopes, key) : kept
      return `Bearer ${(await asked).value}`
    },

    learn(header, rejected) {
      const offered = parseChallenges(header)
      if (credentials.kind === 'registry-token') throw loginRefused(access, unsaid, isAccepted())
      const bearer = offered.find(each => each.scheme === 'bearer' && each.parameters['realm'] !== undefined)
      if (bearer === undefined) {
        acceptBasic(access, offered, { rejected, accepted: isAccepted() })
        method = 'basic'
        return
      }
      method = tokenService(bearer.parameters, access)
      for (const kept of tokens.values()) {
        if (kept.token !== undefined && `Bearer ${kept.token.value}` === rejected) forget(kept)
      }
    },
  }
}

const unsaid = { code: '', message: '' }

function acceptBasic(
  access: Access,
  offered: readonly Challenge[],
  { rejected, accepted }: { readonly rejected: string | undefined; readonly accepted: boolean },
): void {
  const { repository, credentials } = access
  if (accepted && rejected !== undefined) throw loginRefused(access, unsaid, true)
  if (!offered.some(each => each.scheme === 'basic')) {
    const kind =
      offered[0] === undefined ? 'a login without saying which' : `a login of the kind "${offered[0].scheme}"`
    throw new Failure('REGISTRY_FAILED', `${repository.registry} wants ${kind}; Bearer and Basic are known`, {
      hint: `Is ${repository.registry} a container registry?`,
    })
  }
  if (credentials.kind === 'none') throw loginMissing(access)
  if (credentials.kind !== 'password' || rejected !== undefined) {
    throw loginRefused(access, unsaid)
  }
}
