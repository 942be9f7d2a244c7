import { constants, publicDecrypt, verify, type KeyObject } from 'node:crypto'
import { isEcdsaOfDigest } from './ecdsa-digest.ts'

const hashes = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' }

/** Whether it is a signature on the message, with the hash that goes with the kind of key. */
export function isSignatureOf(message: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? ''
  const hash = key.asymmetricKeyType === 'ed25519' ? null : hashFor(curve)
  return verify(hash, message, key, signature)
}

function hashFor(curve: string): string {
  return Object.entries(hashes).find(([name]) => name === curve)?.[1] ?? 'sha256'
}

/** Whether it is a signature on what has this sha256. Throws for keys other than P-256 and RSA, which these logs do not take. */
export function isSignatureOfDigest(digest: Buffer, signature: Buffer, key: KeyObject): boolean {
  try {
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return isEcdsaOfDigest(digest, signature, key)
    if (key.asymmetricKeyType === 'rsa') {
      const padding = constants.RSA_PKCS1_PADDING
      return publicDecrypt({ key, padding }, signature).subarray(-digest.length).equals(digest)
    }
  } catch {
    return false
  }
  throw new Error(`unsupported key type ${key.asymmetricKeyType ?? 'unknown'}`)
}
