import type { Digest } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { readDocument, type Document } from './layout-reader.ts'
import { blobsOf, distinct } from './manifest.ts'
import { isIndexType, isManifestType } from './media-type.ts'

/** Everything that an image is made of, in the order in which a registry takes it. */
export interface ImageTree {
  /** Configurations and layers of all platforms, each digest once. */
  readonly blobs: readonly Descriptor[]
  /** Manifests and indexes by level: whatever is in one level needs only the levels before it. The last holds the root alone. */
  readonly levels: readonly (readonly Document[])[]
}

/** Reads all manifests below `root`. Fails with LAYOUT_INVALID. */
export async function readImageTree(folder: string, root: Descriptor): Promise<ImageTree> {
  const levels: Document[][] = []
  const seen = new Set<Digest>()
  let level: readonly Descriptor[] = [root]
  while (level.length > 0) {
    const fresh = distinct(level).filter(each => !seen.has(each.digest))
    const documents = await Promise.all(fresh.map(each => readDocument(folder, each)))
    for (const each of fresh) seen.add(each.digest)
    if (documents.length > 0) levels.unshift(documents)
    level = documents.flatMap(({ value }) => (value.kind === 'index' ? value.manifests : []))
  }
  const blobs = levels.flat().flatMap(({ value }) => (value.kind === 'index' ? [] : blobsOf(value)))
  return { levels, blobs: distinct(blobs) }
}

export function isDocumentType(mediaType: string): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType)
}
