import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface SigningKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** DER of the public key's SubjectPublicKeyInfo. */
  readonly spki: Buffer
}

/** A key made now: ECDSA on P-256 or Ed25519. */
export function newSigningKey(kind: 'P-256' | 'Ed25519'): SigningKey {
  const { privateKey, publicKey } =
    kind === 'P-256' ? generateKeyPairSync('ec', { namedCurve: kind }) : generateKeyPairSync('ed25519')
  return { privateKey, publicKey, spki: spkiOf(publicKey) }
}

export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
