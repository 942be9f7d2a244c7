import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** A download in the making, that outlives its connections. */
export interface PartialFile extends AsyncDisposable {
  /** Bytes that are in the file. */
  readonly received: number
  /** What the server calls these bytes: a strong ETag, or their date. Undefined when it cannot continue them safely. */
  validator: string | undefined
  append(chunk: Uint8Array): Promise<void>
  /** Forgets all that was received. */
  restart(): Promise<void>
  /** sha256 (hex) of what was received; to be asked once, at the end. */
  sha256(): string
}

export async function openPartialFile(path: string): Promise<PartialFile> {
  const file = await open(path, 'wx')
  let hash = createHash('sha256')
  let received = 0
  const partial: PartialFile = {
    validator: undefined,
    get received() {
      return received
    },
    async append(chunk) {
      for (let written = 0; written < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, written, chunk.length - written, received + written)
        written += bytesWritten
      }
      hash.update(chunk)
      received += chunk.length
    },
    async restart() {
      await file.truncate(0)
      hash = createHash('sha256')
      received = 0
      partial.validator = undefined
    },
    sha256: () => hash.digest('hex'),
    [Symbol.asyncDispose]: () => file.close(),
  }
  return partial
}
