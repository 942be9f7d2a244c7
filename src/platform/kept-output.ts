import { StringDecoder } from 'node:string_decoder'

export interface KeptOutput {
  write(chunk: Buffer): void
  text(): string
}

/** Keeps the last `most` bytes or a little more of what a program printed, so that a long log does not fill the memory. */
export function keepOutput(most: number): KeptOutput {
  const chunks: Buffer[] = []
  let size = 0
  return {
    write(chunk) {
      chunks.push(chunk)
      size += chunk.length
      for (let first = chunks[0]; first !== undefined && size - first.length >= most; first = chunks[0]) {
        chunks.shift()
        size -= first.length
      }
    },
    text() {
      const decoder = new StringDecoder('utf8')
      return decoder.write(Buffer.concat(chunks)) + decoder.end()
    },
  }
}
