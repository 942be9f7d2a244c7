import type { Readable } from 'node:stream'

/**
 * The body's first bytes: all of it when it has at most `limit`, else more than that, by which it is known to be longer. What comes
 * after is not read, and the body is destroyed. Throws as the body does.
 */
export async function readAtMost(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    chunks.push(bytes)
    length += bytes.length
    if (length > limit) break
  }
  return Buffer.concat(chunks)
}
