import { once } from 'node:events'
import { createHash, randomUUID, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'

interface Upload {
  readonly repository: string
  readonly file: string
  readonly hash: Hash
  size: number
  /** Ends when whatever is being received has been. */
  busy: Promise<unknown>
}

/** Blobs in files below a folder, and which repository shows which; uploads are hashed as they come in. */
export class BlobStore {
  readonly #folder: string
  readonly #sizes = new Map<string, number>()
  readonly #shown = new Map<string, Set<string>>()
  readonly #uploads = new Map<string, Upload>()

  constructor(folder: string) {
    this.#folder = folder
  }

  find(repository: string, digest: string): { readonly path: string; readonly size: number } | undefined {
    const size = this.#sizes.get(digest)
    if (size === undefined || !this.#shown.get(repository)?.has(digest)) return undefined
    return { path: join(this.#folder, digest.replace(':', '-')), size }
  }

  /** Shows a blob of one repository in another; false when the first does not have it. */
  mount(digest: string, from: string, to: string): boolean {
    if (this.find(from, digest) === undefined) return false
    this.#show(to, digest)
    return true
  }

  async open(repository: string): Promise<string> {
    const id = randomUUID()
    const file = join(this.#folder, `upload-${id}`)
    await mkdir(this.#folder, { recursive: true })
    await writeFile(file, '')
    this.#uploads.set(id, { repository, file, hash: createHash('sha256'), size: 0, busy: Promise.resolve() })
    return id
  }

  /** Bytes received so far; undefined for an upload that is not known. */
  async sizeOf(repository: string, id: string): Promise<number | undefined> {
    const upload = this.#uploads.get(id)
    if (upload === undefined || upload.repository !== repository) return undefined
    await upload.busy
    return upload.size
  }

  /** Appends; what came before a break is kept. */
  async receive(id: string, body: Readable): Promise<void> {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new Error(`no upload ${id}`)
    const received = (async () => {
      const file = createWriteStream(upload.file, { flags: 'a' })
      try {
        for await (const chunk of body) {
          upload.hash.update(chunk as Uint8Array)
          upload.size += (chunk as Uint8Array).length
          if (!file.write(chunk)) await once(file, 'drain')
        }
      } finally {
        file.end()
        await finished(file)
      }
    })()
    upload.busy = received.catch(() => {})
    await received
  }

  /** Makes a blob of an upload; false, and the upload is over, when it has another digest. */
  async close(id: string, digest: string): Promise<boolean> {
    const upload = this.#uploads.get(id)
    if (upload === undefined) throw new Error(`no upload ${id}`)
    this.#uploads.delete(id)
    if (`sha256:${upload.hash.digest('hex')}` !== digest) {
      await rm(upload.file)
      return false
    }
    await rename(upload.file, join(this.#folder, digest.replace(':', '-')))
    this.#sizes.set(digest, upload.size)
    this.#show(upload.repository, digest)
    return true
  }

  #show(repository: string, digest: string): void {
    const shown = this.#shown.get(repository) ?? new Set()
    this.#shown.set(repository, shown.add(digest))
  }
}
