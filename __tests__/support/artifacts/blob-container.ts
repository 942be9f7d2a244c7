import type { Call, Handler, Reply } from '../sigstore/service.ts'

/** Blobs by their paths, as Azure's block blobs are put and got (Put Blob, Put Block, Put Block List, Get Blob with ranges). */
export class BlobContainer {
  readonly #blobs = new Map<string, Buffer>()
  readonly #blocks = new Map<string, Buffer>()
  /** What only the signed URL of a blob has. */
  readonly #signature = crypto.randomUUID()

  /** Path and query by which a blob is put or got. */
  sign(path: string): string {
    return `${path}?sig=${this.#signature}`
  }

  find(path: string): Buffer | undefined {
    return this.#blobs.get(path)
  }

  readonly handle: Handler = call => {
    if (call.query.get('sig') !== this.#signature) return { status: 403, headers, body: '' }
    return call.method === 'PUT' ? this.#put(call) : this.#get(call)
  }

  #put({ path, query, body }: Call): Reply {
    const id = query.get('blockid') ?? ''
    if (query.get('comp') === 'block') this.#blocks.set(`${path} ${id}`, body)
    else if (query.get('comp') === 'blocklist') {
      const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(([, each]) => each)
      const blocks = ids.map(each => this.#blocks.get(`${path} ${each}`))
      if (blocks.includes(undefined)) return { status: 400, headers, body: 'InvalidBlockList' }
      this.#blobs.set(path, Buffer.concat(blocks.filter(block => block !== undefined)))
    } else this.#blobs.set(path, body)
    return { status: 201, headers, body: '' }
  }

  #get({ path, headers: asked, method }: Call): Reply {
    const blob = this.#blobs.get(path)
    if (blob === undefined) return { status: 404, headers, body: '' }
    const type = path.endsWith('.zip') ? 'application/zip' : 'application/octet-stream'
    const whole = { ...headers, 'content-type': type }
    const range = /^bytes=(\d+)-(\d*)$/.exec(String(asked['x-ms-range'] ?? asked.range ?? ''))
    if (method === 'HEAD' || range === null) {
      return { status: 200, headers: { ...whole, 'content-length': String(blob.length) }, body: blob }
    }
    const from = Number(range[1])
    const to = Math.min(range[2] ? Number(range[2]) : Infinity, blob.length - 1)
    const part = { ...whole, 'content-range': `bytes ${from}-${to}/${blob.length}` }
    return { status: 206, headers: part, body: blob.subarray(from, to + 1) }
  }
}

const headers = {
  etag: '"0x1"',
  'last-modified': new Date(0).toUTCString(),
  'x-ms-request-id': '1',
  'x-ms-version': '2025-11-05',
  'x-ms-request-server-encrypted': 'true',
}
