import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import type { Architecture } from '../domain/architecture.ts'
import { hexOf, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { BuiltImage, Descriptor, PlatformImage } from '../domain/image.ts'
import { findBlob, readDocument } from '../oci/layout-reader.ts'
import type { ImageManifest } from '../oci/manifest.ts'

export interface DockerTarRequest {
  readonly image: Pick<BuiltImage, 'layout' | 'platforms'>
  /** Plain names: `ghcr.io/owner/name:1.0.0`. */
  readonly tags: readonly string[]
  /** Architecture that gets the plain names too; the only one gets them anyway. */
  readonly host: Architecture
  /** Absolute path of the tar; its folder is made. */
  readonly file: string
}

/**
 * Writes an image as a tar for `docker load` (Docker image spec v1.2, manifest.json), every platform under `<tag>-<arch>` as
 * apko names it and the host's under the plain tag too. Layers go in as they are; the same image gives the same bytes. An
 * older tar is replaced at the end. Fails with LAYOUT_INVALID, DISK_FULL.
 */
export async function writeDockerTar({ image, tags, host, file }: DockerTarRequest): Promise<void> {
  const parts = await Promise.all(image.platforms.map(platform => readPart(image.layout, platform)))
  const plain = parts.find(({ arch }) => arch === host.name) ?? (parts.length === 1 ? parts[0] : undefined)
  const manifest = parts.map(part => ({
    Config: configName(part.manifest),
    RepoTags: tags.flatMap(tag => [...(part === plain ? [tag] : []), `${tag}-${part.arch}`]),
    Layers: part.manifest.layers.map(layerName),
  }))
  const blobs = new Map(parts.flatMap(({ manifest }) => namedBlobs(manifest)))
  const partial = `${file}.partial`
  await mkdir(dirname(file), { recursive: true })
  try {
    const tar = pack()
    const written = pipeline(tar, createWriteStream(partial))
    const filled = fill(tar, { layout: image.layout, blobs, manifest: JSON.stringify(manifest) })
    await Promise.all([written, filled.catch((error: unknown) => tar.destroy(asError(error)))])
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw isFull(error) ? new Failure('DISK_FULL', `the disk is full: ${file}`, { cause: error }) : error
  }
}

interface Part {
  readonly arch: string
  readonly manifest: ImageManifest
}

async function readPart(layout: string, { arch, manifest }: PlatformImage): Promise<Part> {
  const { value } = await readDocument(layout, manifest)
  if (value.kind === 'manifest') return { arch, manifest: value }
  throw new Failure('LAYOUT_INVALID', `${layout}: ${manifest.digest} is not an image manifest`)
}

interface Filling {
  readonly layout: string
  readonly blobs: ReadonlyMap<string, Descriptor>
  readonly manifest: string
}

async function fill(tar: Pack, { layout, blobs, manifest }: Filling): Promise<void> {
  const header = { mtime: new Date(0), mode: 0o644 }
  await new Promise<void>((done, failed) => {
    tar.entry({ ...header, name: 'manifest.json' }, manifest, error => (error ? failed(error) : done()))
  })
  for (const [name, blob] of blobs) {
    const source = createReadStream(await findBlob(layout, blob))
    await pipeline(source, tar.entry({ ...header, name, size: blob.size }))
  }
  tar.finalize()
}

function namedBlobs(manifest: ImageManifest): readonly (readonly [string, Descriptor])[] {
  const layers = manifest.layers.map(layer => [layerName(layer), layer] as const)
  return [[configName(manifest), manifest.config], ...layers]
}

function configName({ config }: ImageManifest): string {
  return `${hexOf(config.digest)}.json`
}

function layerName({ digest, mediaType }: { readonly digest: Digest; readonly mediaType: string }): string {
  const ending = mediaType.endsWith('gzip') ? '.tar.gz' : mediaType.endsWith('zstd') ? '.tar.zst' : '.tar'
  return hexOf(digest) + ending
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}
