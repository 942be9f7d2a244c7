import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { findArchitecture } from '../../../src/domain/architecture.ts'
import { digestOf, hexOf, type Digest } from '../../../src/domain/digest.ts'
import type { Descriptor } from '../../../src/domain/image.ts'

/** Content of a file, or the target of a symbolic link. */
export type LayerEntry = string | { readonly symlink: string } | { readonly hardlink: string }

export type Packing = 'gzip' | 'zstd' | 'tar'

/** A layer's tar with its files in the order given. */
export async function tarOf(files: Readonly<Record<string, LayerEntry>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, entry] of Object.entries(files)) {
    const dated = { name, mtime: new Date(0) }
    if (typeof entry === 'string') tar.entry(dated, entry)
    else if ('symlink' in entry) tar.entry({ ...dated, type: 'symlink', linkname: entry.symlink })
    else tar.entry({ ...dated, type: 'link', linkname: entry.hardlink })
  }
  tar.finalize()
  return buffer(tar)
}

/** Adds a blob to a layout. */
export async function putBlob(
  layout: string,
  bytes: Uint8Array | string,
  mediaType: string,
): Promise<Descriptor> {
  const blob = { mediaType, digest: digestOf(bytes), size: Buffer.byteLength(bytes) }
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true })
  await writeFile(join(layout, 'blobs/sha256', hexOf(blob.digest)), bytes)
  return blob
}

export async function putLayer(
  layout: string,
  files: Readonly<Record<string, LayerEntry>>,
  packing: Packing = 'gzip',
): Promise<Descriptor> {
  const tar = await tarOf(files)
  const bytes = { gzip: gzipSync, zstd: zstdCompressSync, tar: (plain: Buffer) => plain }[packing](tar)
  const ending = packing === 'tar' ? '' : `+${packing}`
  return putBlob(layout, bytes, `application/vnd.oci.image.layer.v1.tar${ending}`)
}

export interface ApkoPlan {
  /** Files of each layer of each architecture, named as apk does: `x86_64`. */
  readonly [arch: string]: readonly Readonly<Record<string, LayerEntry>>[]
}

/** Digests of what was built. */
export interface Built {
  readonly index: Digest
  /** By apk's name of the architecture. */
  readonly manifests: Readonly<Record<string, Digest>>
}

/** Fills a folder with what `apko build` leaves: a layout whose index.json is the image's own index. */
export async function fillLayout(layout: string, plan: ApkoPlan): Promise<Built> {
  const manifests: Descriptor[] = []
  const digests: Record<string, Digest> = {}
  for (const [arch, layers] of Object.entries(plan)) {
    const [os = '', architecture = '', variant] = (findArchitecture(arch)?.platform ?? '').split('/')
    const platform = { architecture, os, ...(variant !== undefined && { variant }) }
    const config = await putBlob(layout, JSON.stringify(platform), 'application/vnd.oci.image.config.v1+json')
    const descriptors = []
    for (const files of layers) descriptors.push(await putLayer(layout, files))
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: descriptors })
    const descriptor = await putBlob(layout, manifest, mediaType)
    manifests.push({ ...descriptor, platform })
    digests[arch] = descriptor.digest
  }
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests })
  await writeFile(join(layout, 'index.json'), index)
  return { index: digestOf(index), manifests: digests }
}
