import { generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { sha256 } from './signing-key.ts'
import type { Sigstore } from './start.ts'

/** A signature with its certificate, made without any library: what requests to the logs are made of. */
export interface HandMade {
  readonly certificate: X509Certificate
  /** What is signed, and its sha256. */
  readonly signed: Buffer
  readonly digest: Buffer
  readonly signature: Buffer
}

export interface CertificateRequest {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly token: string
}

export const payloadType = 'application/vnd.in-toto+json'

export function postJson(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** Fulcio's answer to a request for a certificate. */
export function askFulcio(
  url: string,
  { privateKey, publicKey, token }: CertificateRequest,
): Promise<Response> {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  const { sub } = JSON.parse(claims) as { readonly sub: string }
  return postJson(`${url}/api/v2/signingCert`, {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey.export({ type: 'spki', format: 'pem' }) },
      proofOfPossession: sign('sha256', Buffer.from(sub), privateKey).toString('base64'),
    },
  })
}

/** The certificates of Fulcio's answer, leaf first. */
export async function chainOf(answer: Response): Promise<readonly X509Certificate[]> {
  const { signedCertificateEmbeddedSct } = (await answer.json()) as {
    readonly signedCertificateEmbeddedSct: { readonly chain: { readonly certificates: readonly string[] } }
  }
  return signedCertificateEmbeddedSct.chain.certificates.map(pem => new X509Certificate(pem))
}

/** A signature on a DSSE envelope of the payload, by a new key. */
export async function signByHand(sigstore: Sigstore, payload: Buffer): Promise<HandMade> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const answer = await askFulcio(sigstore.urls.fulcio, { ...keys, token: sigstore.token() })
  const [certificate] = await chainOf(answer)
  if (!certificate) throw new Error('Fulcio gave no certificate')
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `
  const signed = Buffer.concat([Buffer.from(head), payload])
  const signature = sign('sha256', signed, keys.privateKey)
  return { certificate, signed, digest: sha256(signed), signature }
}

/** The hashedrekord 0.0.1 that Rekor v1 takes. */
export function firstRequest({ certificate, digest, signature }: HandMade): unknown {
  const content = Buffer.from(certificate.toString()).toString('base64')
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
      signature: { content: signature.toString('base64'), publicKey: { content } },
    },
  }
}

/** The hashedRekordRequestV002 that Rekor v2 takes. */
export function secondRequest({ certificate, digest, signature }: HandMade): unknown {
  const x509Certificate = { rawBytes: certificate.raw.toString('base64') }
  const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate }
  return {
    hashedRekordRequestV002: {
      digest: digest.toString('base64'),
      signature: { content: signature.toString('base64'), verifier },
    },
  }
}
