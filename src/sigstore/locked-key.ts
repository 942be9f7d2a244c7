import { scrypt } from 'node:crypto'
import { asObject, parseObject } from '../domain/json-object.ts'
import { openSecretbox } from './secretbox.ts'

/** A key as cosign locks it: scrypt makes of the passphrase the key of a NaCl secretbox. */
interface LockedKey {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number }
  readonly salt: Buffer
  readonly nonce: Buffer
  readonly box: Buffer
}

/**
 * Unlocks what is between the lines of `ENCRYPTED SIGSTORE PRIVATE KEY` (or `… COSIGN …`), decoded from base64, as cosign
 * writes it. Answers the key as PKCS#8 in DER; 'malformed' when it is no such text, 'locked' when the passphrase is not its own.
 */
export async function unlockKey(text: string, passphrase: string): Promise<Buffer | 'malformed' | 'locked'> {
  const locked = read(text)
  if (locked === undefined) return 'malformed'
  const { cost, salt, nonce, box } = locked
  const key = await new Promise<Buffer | undefined>(resolve => {
    const maxmem = 256 * cost.N * cost.r
    scrypt(passphrase, salt, 32, { ...cost, maxmem }, (error, derived) =>
      resolve(error ? undefined : derived),
    )
  })
  if (key === undefined) return 'malformed'
  return openSecretbox(box, nonce, key) ?? 'locked'
}

function read(text: string): LockedKey | undefined {
  const document = parseObject(text)
  const [kdf, cipher] = [asObject(document?.['kdf']), asObject(document?.['cipher'])]
  if (kdf?.['name'] !== 'scrypt' || cipher?.['name'] !== 'nacl/secretbox') return undefined
  const cost = costOf(kdf['params'])
  const [salt, nonce, box] = [kdf['salt'], cipher['nonce'], document?.['ciphertext']].map(bytes)
  return cost && salt && nonce && box ? { cost, salt, nonce, box } : undefined
}

function costOf(value: unknown): LockedKey['cost'] | undefined {
  const { N, r, p } = asObject(value) ?? {}
  return small(N, 2 ** 20) && small(r, 32) && small(p, 16) ? { N, r, p } : undefined
}

function bytes(value: unknown): Buffer | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : undefined
}

function small(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
}
