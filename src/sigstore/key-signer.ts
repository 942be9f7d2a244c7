import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto'
import type { Signer } from './signer.ts'

/** Signs with a private key (see readSigningKey): ECDSA P-256 or RSA PKCS#1 v1.5, over sha256. */
export function openKeySigner(privateKey: KeyObject): Signer {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  return {
    sign: async data => ({ signature: sign('sha256', data, privateKey), verifier: publicKey, chain: [] }),
    expected: async () => ({ publicKey }),
  }
}

/** What a bundle says of the key it is to be verified with: base64 of the sha256 of its SubjectPublicKeyInfo. */
export function keyHint(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64')
}
