import { generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto'
import type { Claims } from './claims.ts'
import { parseJson, textAt, valueAt } from './json-fields.ts'
import { json, Refusal, routes, type Handler } from './service.ts'

/** Who gives out identity tokens (OpenID Connect), with the token endpoint of a GitHub runner. */
export interface IdentityProvider {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** What its tokens say now; replace it to change who the job is. */
  claims: Claims
}

export interface TokenEndpoint {
  readonly provider: IdentityProvider
  /** `iss` of the tokens. */
  readonly issuer: () => string
  /** Where it is served, for its discovery. */
  readonly url: () => string
  /** What the runner gives the job to ask with. */
  readonly requestToken: string
}

const keyId = 'sigstore-test'

export function newIdentityProvider(claims: Claims): IdentityProvider {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { privateKey, publicKey, claims }
}

/** A token (JWT, RS256) of five minutes with these claims besides the provider's own. */
export function mintToken(provider: IdentityProvider, claims: Readonly<Record<string, unknown>>): string {
  const now = Math.floor(Date.now() / 1000)
  const times = { iat: now, nbf: now - 600, exp: now + 300 }
  const body = { jti: randomUUID(), ...times, ...provider.claims, ...claims }
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${encode(body)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), provider.privateKey).toString('base64url')}`
}

/** Claims of a token that this provider signed for this issuer and audience and that is valid now; undefined for any other. */
export function readToken(
  provider: IdentityProvider,
  token: string,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): unknown {
  const [head = '', body = '', signature = ''] = token.split('.')
  const signed = Buffer.from(`${head}.${body}`)
  if (!verify('sha256', signed, provider.publicKey, Buffer.from(signature, 'base64url'))) return undefined
  const claims = parseJson(Buffer.from(body, 'base64url'))
  const now = Date.now() / 1000
  const valid = Number(valueAt(claims, 'nbf')) <= now && Number(valueAt(claims, 'exp')) > now
  return valid && textAt(claims, 'iss') === issuer && textAt(claims, 'aud') === audience ? claims : undefined
}

/** The runner's token endpoint (`/idtoken`, with the query that the runner's URL has) and the issuer's discovery. */
export function tokenEndpoint({ provider, issuer, url, requestToken }: TokenEndpoint): Handler {
  const owner = (): string => `https://github.com/${provider.claims.repository_owner}`
  return routes({
    'GET /idtoken': ({ headers, query }) => {
      if (/^bearer (.*)$/i.exec(headers.authorization ?? '')?.[1] !== requestToken) {
        throw new Refusal(401, 'the request token is missing or wrong')
      }
      if (!query.has('api-version')) throw new Refusal(400, 'api-version is missing')
      const aud = query.get('audience') ?? owner()
      return json({ count: 1, value: mintToken(provider, { iss: issuer(), aud }) })
    },
    'GET /.well-known/openid-configuration': () =>
      json({
        issuer: issuer(),
        jwks_uri: `${url()}/.well-known/jwks`,
        authorization_endpoint: `${url()}/authorize`,
        token_endpoint: `${url()}/token`,
        subject_types_supported: ['public'],
        response_types_supported: ['id_token'],
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    'GET /.well-known/jwks': () =>
      json({
        keys: [{ ...provider.publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }],
      }),
  })
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
