import { createHash } from 'node:crypto'

declare const brand: unique symbol
/** `sha256:` and 64 lower-case hex digits (OCI image spec, descriptor digests). */
export type Digest = string & { readonly [brand]: 'Digest' }

export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text)
}

export function digestOf(bytes: string | Uint8Array): Digest {
  return digestFromHex(sha256Hex(bytes))
}

export function digestFromHex(hex: string): Digest {
  const text = `sha256:${hex}`
  if (!isDigest(text)) throw new TypeError(`not a sha256: ${hex}`)
  return text
}

/** The 64 hex digits without the algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}

export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
