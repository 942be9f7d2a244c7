import { inflateRawSync } from 'node:zlib'

const trailer = 8

/** Bytes of the first member of a gzip file (RFC 1952). Throws for anything else. */
export function firstMemberLength(bytes: Buffer): number {
  const start = headerLength(bytes)
  // With `info`, node answers the engine too, which the types do not know.
  const { engine } = inflateRawSync(bytes.subarray(start), { info: true }) as unknown as {
    engine: { bytesWritten: number }
  }
  return start + engine.bytesWritten + trailer
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
