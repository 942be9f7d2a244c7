import { timingSafeEqual } from 'node:crypto'

/**
 * Opens a box of NaCl's `crypto_secretbox` (XSalsa20 and Poly1305, "Cryptography in NaCl", 2009), which node:crypto lacks
 * and cosign locks its keys with. Key of 32 and nonce of 24 bytes; undefined when the key is not the box's.
 */
export function openSecretbox(box: Buffer, nonce: Buffer, key: Buffer): Buffer | undefined {
  if (key.length !== 32 || nonce.length !== 24 || box.length < 16) return undefined
  const subkey = hsalsa20(key, nonce.subarray(0, 16))
  const sealed = box.subarray(16)
  const stream = salsa20(subkey, nonce.subarray(16), 32 + sealed.length)
  const tag = poly1305(sealed, stream.subarray(0, 32))
  if (!timingSafeEqual(tag, box.subarray(0, 16))) return undefined
  return Buffer.from(sealed.map((byte, at) => byte ^ (stream[32 + at] ?? 0)))
}

/** "expand 32-byte k", at the places that Salsa20 has for it. */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const
/** The quarter rounds of a double round: columns, then rows. */
const quarters = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const
const steps = [
  [1, 0, 3, 7],
  [2, 1, 0, 9],
  [3, 2, 1, 13],
  [0, 3, 2, 18],
] as const

function block(key: Buffer, input: Buffer): Uint32Array {
  const words = new Uint32Array(16)
  for (let i = 0; i < 4; i += 1) {
    words[i * 5] = constants[i] ?? 0
    words[1 + i] = key.readUInt32LE(i * 4)
    words[11 + i] = key.readUInt32LE(16 + i * 4)
    words[6 + i] = input.readUInt32LE(i * 4)
  }
  return words
}

function rounds(words: Uint32Array): Uint32Array {
  const x = Uint32Array.from(words)
  for (let round = 0; round < 10; round += 1) {
    for (const quarter of quarters) {
      for (const [to, a, b, turn] of steps) {
        const sum = ((x[quarter[a]] ?? 0) + (x[quarter[b]] ?? 0)) >>> 0
        x[quarter[to]] = (x[quarter[to]] ?? 0) ^ ((sum << turn) | (sum >>> (32 - turn)))
      }
    }
  }
  return x
}

function hsalsa20(key: Buffer, nonce: Buffer): Buffer {
  const x = rounds(block(key, nonce))
  const out = Buffer.alloc(32)
  for (const [at, from] of [0, 5, 10, 15, 6, 7, 8, 9].entries()) out.writeUInt32LE(x[from] ?? 0, at * 4)
  return out
}

function salsa20(key: Buffer, nonce: Buffer, length: number): Buffer {
  const out = Buffer.alloc(Math.ceil(length / 64) * 64)
  const input = Buffer.alloc(16)
  nonce.copy(input)
  for (let counter = 0; counter * 64 < length; counter += 1) {
    input.writeUInt32LE(counter, 8)
    const words = block(key, input)
    const x = rounds(words)
    for (let i = 0; i < 16; i += 1) {
      out.writeUInt32LE(((x[i] ?? 0) + (words[i] ?? 0)) >>> 0, counter * 64 + i * 4)
    }
  }
  return out.subarray(0, length)
}

/** The authenticator of RFC 8439, section 2.5. */
function poly1305(message: Buffer, key: Buffer): Buffer {
  const r = little(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
  const p = (1n << 130n) - 5n
  let sum = 0n
  for (let at = 0; at < message.length; at += 16) {
    const part = message.subarray(at, at + 16)
    sum = ((sum + little(part) + (1n << BigInt(8 * part.length))) * r) % p
  }
  const hex = ((sum + little(key.subarray(16, 32))) % (1n << 128n)).toString(16).padStart(32, '0')
  return Buffer.from(hex, 'hex').reverse()
}

function little(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
