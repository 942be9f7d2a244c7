import { createHash, randomFillSync } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { digestFromHex, digestOf, hexOf } from '../../src/domain/digest.ts'
import type { Descriptor } from '../../src/domain/image.ts'
import { mediaTypes } from '../../src/oci/media-type.ts'

const part = 1_000_000

/** Writes an OCI image layout with one layer of so many random bytes (whole millions), which nothing can make smaller. */
export async function writeLargeLayout(folder: string, bytes: number): Promise<void> {
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const put = async (value: unknown, mediaType: string): Promise<Descriptor> => {
    const text = JSON.stringify(value)
    const digest = digestOf(text)
    await writeFile(join(blobs, hexOf(digest)), text)
    return { mediaType, digest, size: Buffer.byteLength(text) }
  }
  const layer = await putLayer(blobs, bytes)
  const platform = { architecture: 'amd64', os: 'linux' }
  const facts = { ...platform, rootfs: { type: 'layers', diff_ids: [layer.digest] } }
  const config = await put(facts, 'application/vnd.oci.image.config.v1+json')
  const image = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] }
  const manifest = { ...(await put(image, mediaTypes.manifest)), platform }
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [manifest] }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index))
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
}

async function putLayer(blobs: string, size: number): Promise<Descriptor> {
  const hash = createHash('sha256')
  function* random(): Generator<Buffer> {
    for (let made = 0; made < size; made += part) {
      const bytes = randomFillSync(Buffer.alloc(part))
      hash.update(bytes)
      yield bytes
    }
  }
  const fresh = join(blobs, 'layer')
  await pipeline(Readable.from(random()), createWriteStream(fresh))
  const digest = digestFromHex(hash.digest('hex'))
  await rename(fresh, join(blobs, hexOf(digest)))
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size }
}
