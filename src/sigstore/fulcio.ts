import { sign, X509Certificate, type KeyObject } from 'node:crypto'
import type { Ports } from '../ports.ts'
import { asObject, parseObject } from '../domain/json-object.ts'
import { call } from './call.ts'
import type { IdentityProvider } from './identity.ts'
import type { Service } from './service.ts'
import { garbled } from './service-failure.ts'

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const timeout = 10_000

/**
 * Asks Fulcio for a certificate of the key pair in the name of the identity (API v2, `signingCert`). Answers the chain,
 * leaf first, in PEM. Fails with SIGNING_FAILED when it refuses, is down for longer than the deadline, or answers
 * something else; the token is in no message.
 */
export async function requestCertificate(
  url: string,
  keys: KeyPair,
  world: Pick<Ports, 'http' | 'patience' | 'clock'> & { readonly identity: IdentityProvider },
): Promise<readonly string[]> {
  const service: Service = { name: 'Fulcio', url }
  return world.patience.retry('certificate', async tries => {
    const { token, claims } = await world.identity.token()
    const body = JSON.stringify({
      credentials: { oidcIdentityToken: token },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: keys.publicKey.export({ type: 'spki', format: 'pem' }) },
        proofOfPossession: sign('sha256', Buffer.from(claims.subject), keys.privateKey).toString('base64'),
      },
    })
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const request = {
      method: 'POST',
      url: `${url}/api/v2/signingCert`,
      headers,
      body,
      idleTimeout: timeout,
    } as const
    const answer = await call(service, request, world)
    const chain = chainOf(answer.body.toString('utf8'))
    if (!isOfKey(chain[0], keys.publicKey)) throw garbled(service, 'a certificate of our key', tries)
    return chain
  })
}

/** The certificates of the answer, with their signed certificate timestamp inside or beside. */
function chainOf(text: string): readonly string[] {
  const answer = parseObject(text)
  const signed = asObject(
    answer?.['signedCertificateEmbeddedSct'] ?? answer?.['signedCertificateDetachedSct'],
  )
  const certificates = asObject(signed?.['chain'])?.['certificates']
  return Array.isArray(certificates) ? certificates.filter(each => typeof each === 'string') : []
}

function isOfKey(pem: string | undefined, key: KeyObject): boolean {
  if (pem === undefined) return false
  try {
    return new X509Certificate(pem).publicKey.equals(key)
  } catch {
    return false
  }
}
