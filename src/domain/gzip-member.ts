import { inflateRawSync } from 'node:zlib'

const trailer = 8

/** The first member of a gzip file: its length in the file, and what it holds. */
export interface GzipMember {
  /** Bytes, compressed. */
  readonly length: number
  readonly content: Buffer
}

/**
 * The first member of a gzip file (RFC 1952). Throws for anything else, for a member that is cut off, and for one that holds more than `most`
 * bytes.
 */
export function firstMember(bytes: Buffer, most?: number): GzipMember {
  const start = headerLength(bytes)
  const limit = most === undefined ? {} : { maxOutputLength: most }
  // With `info`, node answers the engine too, which the types do not know.
  const { buffer, engine } = inflateRawSync(bytes.subarray(start), {
    info: true,
    ...limit,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
  const length = start + engine.bytesWritten + trailer
  if (length > bytes.length) throw new RangeError('unexpected end of file')
  return { length, content: buffer }
}

/** Bytes of the first member of a gzip file (RFC 1952). Throws for anything else. */
export function firstMemberLength(bytes: Buffer): number {
  return firstMember(bytes).length
}

function headerLength(bytes: Buffer): number {
  if (bytes.readUInt16BE(0) !== 0x1f8b || bytes[2] !== 8) throw new TypeError('not gzip')
  const flags = bytes[3] ?? 0
  let at = 10
  if (flags & 4) at += 2 + bytes.readUInt16LE(at)
  for (const text of [8, 16]) if (flags & text) at = bytes.indexOf(0, at) + 1
  if (flags & 2) at += 2
  return at
}
