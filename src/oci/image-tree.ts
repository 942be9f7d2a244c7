import type { Digest } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { readDocument, type Document } from './layout-reader.ts'
import { blobsOf, distinct } from './manifest.ts'

/** Everything that an image is made of, in the order in which a registry takes it. */
export interface ImageTree {
  /** Configurations and layers of all platforms, each digest once. */
  readonly blobs: readonly Descriptor[]
  /** Manifests, then the indexes of manifests and so on: each level needs only those before it. The last holds the root alone. */
  readonly levels: readonly (readonly Document[])[]
}

/** Reads `root` and all manifests below it. Fails with LAYOUT_INVALID. */
export async function readImageTree(folder: string, root: Descriptor): Promise<ImageTree> {
  const found = new Map<Digest, { readonly document: Document; readonly height: number }>()
  const heightOf = async (descriptor: Descriptor): Promise<number> => {
    const known = found.get(descriptor.digest)
    if (known !== undefined) return known.height
    const document = await readDocument(folder, descriptor)
    let height = 0
    if (document.value.kind === 'index') {
      for (const child of document.value.manifests) height = Math.max(height, (await heightOf(child)) + 1)
    }
    found.set(descriptor.digest, { document, height })
    return height
  }
  const top = await heightOf(root)
  const all = [...found.values()]
  const levels = Array.from({ length: top + 1 }, (_, height) =>
    all.filter(each => each.height === height).map(each => each.document),
  ).filter(level => level.length > 0)
  const blobs = all.flatMap(({ document: { value } }) => (value.kind === 'manifest' ? blobsOf(value) : []))
  return { levels, blobs: distinct(blobs) }
}
