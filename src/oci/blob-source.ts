import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { digestFromHex } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'

/** A blob that can be sent in parts, any part again, while its whole is checked against its digest. */
export interface BlobSource {
  readonly descriptor: Descriptor
  /** Highest offset up to which bytes were read in order; a later part can't be asked for. */
  readonly seen: number
  /**
   * Bytes from `start` up to, not including, `end`; a stream asked for before is over. Reading from 0 checks anew. The stream fails with LAYOUT_INVALID before
   * its last byte is given when the file is shorter than announced or has another digest.
   */
  read(start: number, end: number): Readable
}

// Small on purpose: 256 kB cost 50 MB more memory at the peak, for no speed (garbage of buffers is collected late).
const readAhead = 16 * 1024

/** A blob in a file. Memory does not grow with its size. `signal` stops reading. */
export function fileSource(file: string, descriptor: Descriptor, signal?: AbortSignal): BlobSource {
  return checkedSource(descriptor, file, (start, end) =>
    createReadStream(file, { start, end: end - 1, highWaterMark: readAhead, ...(signal ? { signal } : {}) }),
  )
}

/** A small blob in memory. */
export function bytesSource(bytes: Uint8Array, descriptor: Descriptor): BlobSource {
  return checkedSource(descriptor, 'blob in memory', (start, end) => [bytes.subarray(start, end)])
}

function checkedSource(
  descriptor: Descriptor,
  name: string,
  open: (start: number, end: number) => AsyncIterable<unknown> | Iterable<unknown>,
): BlobSource {
  let hash = createHash('sha256')
  let hashed = 0
  let latest = 0
  const take = (chunk: Uint8Array, at: number): void => {
    const known = hashed - at
    if (known >= chunk.length && chunk.length > 0) return
    hash.update(known > 0 ? chunk.subarray(known) : chunk)
    hashed = at + chunk.length
    if (hashed < descriptor.size) return
    const digest = digestFromHex(hash.copy().digest('hex'))
    if (digest !== descriptor.digest)
      throw changed(name, `its sha256 is now ${digest}, not ${descriptor.digest}`)
  }
  async function* parts(start: number, end: number, reading: number): AsyncGenerator<Uint8Array> {
    let at = start
    if (start === end) take(new Uint8Array(), start)
    for await (const part of start === end ? [] : open(start, end)) {
      // A stream given up may still hold one chunk of its file, which the one after it reads again.
      if (reading !== latest) return
      const chunk = part as Uint8Array
      take(chunk, at)
      at += chunk.length
      yield chunk
    }
    if (at !== end) throw changed(name, `it has ${at} bytes, not ${descriptor.size}`)
  }
  return {
    descriptor,
    get seen() {
      return hashed
    },
    read(start, end) {
      if (start > hashed) throw new RangeError(`part ${start} of ${name} asked for before ${hashed}`)
      if (start === 0) {
        hash = createHash('sha256')
        hashed = 0
      }
      latest += 1
      return Readable.from(parts(start, end, latest), { objectMode: false, highWaterMark: readAhead })
    },
  }
}

function changed(name: string, wrong: string): Failure {
  return new Failure('LAYOUT_INVALID', `${name}: it was changed while it was pushed: ${wrong}`, {
    hint: 'Leave the output folder alone while the action runs, and build the image again.',
  })
}
