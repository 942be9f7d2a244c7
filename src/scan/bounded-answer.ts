import type { Readable } from 'node:stream'

/** The text of an answer; undefined when it has more than `most` bytes. */
export async function readAtMost(body: Readable, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a stream of bytes was expected')
    chunks.push(chunk)
    size += chunk.length
    if (size > most) return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}
