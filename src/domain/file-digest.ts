import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

const chunk = 64 * 1024

/** sha256 (64 hex digits) of a file, read through one buffer so that memory does not grow with it. Fails as node:fs does. */
export async function sha256OfFile(path: string): Promise<string> {
  await using file = await open(path)
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(chunk)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunk, null)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
  }
}
