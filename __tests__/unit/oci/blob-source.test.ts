import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import type { Descriptor } from '../../../src/domain/image.ts'
import { bytesSource, fileSource } from '../../../src/oci/blob-source.ts'

let folder: string
let file: string
const content = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251))
const blob: Descriptor = { mediaType: 'text/plain', digest: digestOf(content), size: content.length }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'giropops-blob-'))
  file = join(folder, 'blob')
  await writeFile(file, content)
})
afterEach(() => rm(folder, { recursive: true }))

describe('a blob in a file', () => {
  it('is read whole', async () => {
    expect((await buffer(fileSource(file, blob).read(0, blob.size))).equals(content)).toBe(true)
  })

  it('is read in parts, some of them twice', async () => {
    const source = fileSource(file, blob)
    const parts = [await buffer(source.read(0, 40_000))]
    await buffer(source.read(20_000, 60_000))
    await buffer(source.read(30_000, 50_000))
    parts.push(await buffer(source.read(40_000, blob.size)))
    expect(Buffer.concat(parts).equals(content)).toBe(true)
    expect(source.seen).toBe(blob.size)
  })

  it('is read again from the start after a stream was left in the middle', async () => {
    const source = fileSource(file, blob)
    const left = source.read(0, blob.size)
    await new Promise(resolve => left.once('readable', resolve))
    left.destroy()
    expect((await buffer(source.read(0, blob.size))).equals(content)).toBe(true)
  })

  it('never gives its last byte when it was changed', async () => {
    await writeFile(file, Buffer.concat([content.subarray(0, -1), Buffer.from('!')]))
    const given: Buffer[] = []
    const reading = (async () => {
      for await (const chunk of fileSource(file, blob).read(0, blob.size)) given.push(chunk as Buffer)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining(`${file}: it was changed while it was pushed`),
    })
    expect(Buffer.concat(given).length).toBeLessThan(blob.size)
  })

  it('fails when it became shorter, and not when something was added', async () => {
    await truncate(file, 70_000)
    await expect(buffer(fileSource(file, blob).read(0, blob.size))).rejects.toThrow('it has 70000 bytes')
    await writeFile(file, content)
    await appendFile(file, 'more')
    expect((await buffer(fileSource(file, blob).read(0, blob.size))).equals(content)).toBe(true)
  })

  it('stops when told to', async () => {
    const stop = new AbortController()
    stop.abort(new Error('stopped'))
    await expect(buffer(fileSource(file, blob, stop.signal).read(0, blob.size))).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('a blob in memory', () => {
  it('is checked as well', async () => {
    expect((await buffer(bytesSource(content, blob).read(0, blob.size))).equals(content)).toBe(true)
    const other = { ...blob, digest: digestOf('other') }
    await expect(buffer(bytesSource(content, other).read(0, blob.size))).rejects.toThrow('sha256 is now')
  })

  it('may be empty', async () => {
    const empty = { ...blob, digest: digestOf(''), size: 0 }
    expect((await buffer(bytesSource(Buffer.alloc(0), empty).read(0, 0))).length).toBe(0)
    const wrong = { ...empty, digest: blob.digest }
    await expect(buffer(bytesSource(Buffer.alloc(0), wrong).read(0, 0))).rejects.toThrow('sha256 is now')
  })
})
