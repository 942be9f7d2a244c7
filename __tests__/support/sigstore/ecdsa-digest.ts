import type { KeyObject } from 'node:crypto'
import { partOf, readElement } from './der-reader.ts'

/** The curve P-256 of FIPS 186-5: y² = x³ - 3x + b over the field of p; its group has order n. */
const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const generator = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  z: 1n,
}

/** In Jacobian coordinates; z is 0 for the point at infinity. */
interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
}

/** Whether it is an ECDSA signature (DER) on this digest by the P-256 key. node:crypto itself only takes what was hashed. */
export function isEcdsaOfDigest(digest: Buffer, signature: Buffer, key: KeyObject): boolean {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const whole = readElement(signature)
  const [r, s] = [toNumber(partOf(whole, 0).content), toNumber(partOf(whole, 1).content)]
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false
  const inverse = invert(s, n)
  const sum = weigh({
    first: generator,
    times: (toNumber(digest.subarray(0, 32)) * inverse) % n,
    second: { x: toNumber(Buffer.from(x, 'base64url')), y: toNumber(Buffer.from(y, 'base64url')), z: 1n },
    timesSecond: (r * inverse) % n,
  })
  if (sum.z === 0n) return false
  return (mod(sum.x * invert(sum.z, p) ** 2n) - r) % n === 0n
}

interface Weights {
  readonly first: Point
  readonly times: bigint
  readonly second: Point
  readonly timesSecond: bigint
}

function weigh({ first, times, second, timesSecond }: Weights): Point {
  const both = add(first, second)
  let sum: Point = { x: 1n, y: 1n, z: 0n }
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    sum = double(sum)
    const [one, two] = [(times >> bit) & 1n, (timesSecond >> bit) & 1n]
    if (one && two) sum = add(sum, both)
    else if (one) sum = add(sum, first)
    else if (two) sum = add(sum, second)
  }
  return sum
}

function double({ x, y, z }: Point): Point {
  const delta = mod(z * z)
  const gamma = mod(y * y)
  const beta = mod(x * gamma)
  const alpha = mod(3n * (x - delta) * (x + delta))
  const x3 = mod(alpha * alpha - 8n * beta)
  return { x: x3, y: mod(alpha * (4n * beta - x3) - 8n * gamma * gamma), z: mod(2n * y * z) }
}

function add(a: Point, b: Point): Point {
  if (a.z === 0n) return b
  if (b.z === 0n) return a
  const [aa, bb] = [mod(a.z * a.z), mod(b.z * b.z)]
  const [u, s] = [mod(a.x * bb), mod(a.y * b.z * bb)]
  const h = mod(b.x * aa - u)
  const r = mod(b.y * a.z * aa - s)
  if (h === 0n) return r === 0n ? double(a) : { x: 1n, y: 1n, z: 0n }
  const hh = mod(h * h)
  const hhh = mod(h * hh)
  const v = mod(u * hh)
  const x = mod(r * r - hhh - 2n * v)
  return { x, y: mod(r * (v - x) - s * hhh), z: mod(a.z * b.z * h) }
}

function mod(value: bigint): bigint {
  const rest = value % p
  return rest < 0n ? rest + p : rest
}

function invert(value: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, value % modulus, 0n, 1n]
  while (next !== 0n) {
    const times = rest / next
    ;[rest, next] = [next, rest - times * next]
    ;[factor, nextFactor] = [nextFactor, factor - times * nextFactor]
  }
  return factor < 0n ? factor + modulus : factor
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`)
}
