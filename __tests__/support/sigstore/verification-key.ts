import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { Refusal } from './service.ts'

/** Public key of a certificate or of a key itself, in PEM or (of a given type) DER; a Refusal with 400 for anything else. */
export function verificationKey(
  of: string | { readonly certificate: Buffer } | { readonly spki: Buffer },
): KeyObject {
  try {
    if (typeof of === 'string') return createPublicKey(of)
    return 'spki' in of
      ? createPublicKey({ key: of.spki, format: 'der', type: 'spki' })
      : new X509Certificate(of.certificate).publicKey
  } catch {
    throw new Refusal(400, 'the public key or certificate cannot be read')
  }
}
