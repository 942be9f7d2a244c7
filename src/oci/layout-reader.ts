import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, hexOf } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { ManifestError, parseManifest, type ImageIndex, type ImageManifest } from './manifest.ts'
import { isIndexType, isManifestType, manifestLimit, mediaTypes } from './media-type.ts'

/** A folder that holds an OCI image layout (image spec v1.1, image-layout.md) with one image. */
export interface Layout {
  /** Absolute path. */
  readonly folder: string
  /** The image: an index of platforms, or a single manifest. */
  readonly root: Descriptor
}

/** A manifest or index with the very bytes that its digest stands for. */
export interface Document<T = ImageIndex | ImageManifest> {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  readonly value: T
}

/**
 * Finds the image of a layout. Its index.json may list that one image (as the spec has it), or be the image's own index
 * (as apko writes it: platforms listed right there, no index among the blobs). Fails with LAYOUT_INVALID naming the file.
 */
export async function openLayout(folder: string): Promise<Layout> {
  const marker = join(folder, 'oci-layout')
  const version = /"imageLayoutVersion"\s*:\s*"([^"]*)"/.exec((await bytesOf(marker)).toString())?.[1]
  if (version !== '1.0.0') throw invalid(marker, 'it is not the mark of an OCI image layout 1.0.0')
  const file = join(folder, 'index.json')
  const bytes = await bytesOf(file)
  const index = parsed(file, bytes, mediaTypes.index)
  const [first, ...others] = index.kind === 'index' ? index.manifests : []
  if (first === undefined) throw invalid(file, 'it lists no image')
  if (others.length === 0 && (isIndexType(first.mediaType) || first.platform === undefined)) {
    return { folder, root: first }
  }
  if ([first, ...others].every(each => isManifestType(each.mediaType) && each.platform !== undefined)) {
    return { folder, root: { mediaType: index.mediaType, digest: digestOf(bytes), size: bytes.length } }
  }
  throw invalid(file, `it lists ${others.length + 1} images, where one is wanted`)
}

/** Reads an index or manifest of the layout; size and digest are checked. Fails with LAYOUT_INVALID. */
export async function readDocument(folder: string, descriptor: Descriptor): Promise<Document> {
  const file = await documentFile(folder, descriptor)
  const bytes = await checkedBytes(file, descriptor)
  return { descriptor, bytes, value: parsed(file, bytes, descriptor.mediaType) }
}

/** Reads a small blob such as an image's configuration; size and digest are checked. Fails with LAYOUT_INVALID. */
export async function readBlob(folder: string, descriptor: Descriptor): Promise<Uint8Array> {
  return checkedBytes(blobFile(folder, descriptor), descriptor)
}

/** Absolute path of a blob whose size was checked; its digest is left to who reads all of it. Fails with LAYOUT_INVALID. */
export async function findBlob(folder: string, descriptor: Descriptor): Promise<string> {
  const file = blobFile(folder, descriptor)
  const size = await sizeOf(file)
  if (size !== descriptor.size)
    throw invalid(file, `it has ${size} bytes, its manifest says ${descriptor.size}`)
  return file
}

async function documentFile(folder: string, descriptor: Descriptor): Promise<string> {
  const file = blobFile(folder, descriptor)
  const top = join(folder, 'index.json')
  const amongBlobs = await stat(file).then(
    () => true,
    () => false,
  )
  return !amongBlobs && digestOf(await bytesOf(top)) === descriptor.digest ? top : file
}

async function checkedBytes(file: string, descriptor: Descriptor): Promise<Uint8Array> {
  const bytes = await bytesOf(file)
  if (bytes.length !== descriptor.size) {
    throw invalid(file, `it has ${bytes.length} bytes, ${descriptor.size} were announced`)
  }
  if (digestOf(bytes) !== descriptor.digest) throw invalid(file, 'its sha256 is not the one in its name')
  return bytes
}

function parsed(file: string, bytes: Uint8Array, mediaType: string): ImageIndex | ImageManifest {
  try {
    return parseManifest(bytes, mediaType)
  } catch (error) {
    if (error instanceof ManifestError) throw invalid(file, error.message)
    throw error
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  const size = await sizeOf(file)
  if (size > manifestLimit) throw invalid(file, `it has ${size} bytes, at most ${manifestLimit} are read`)
  return readFile(file)
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw invalid(file, 'it cannot be read', cause)
  })
  if (!found.isFile()) throw invalid(file, 'it is not a file')
  return found.size
}

function blobFile(folder: string, descriptor: Descriptor): string {
  return join(folder, 'blobs', 'sha256', hexOf(descriptor.digest))
}

function invalid(file: string, wrong: string, cause?: unknown): Failure {
  return new Failure('LAYOUT_INVALID', `${file}: ${wrong}`, {
    hint: 'The OCI layout is incomplete or was changed after it was built; build the image again.',
    cause,
  })
}
