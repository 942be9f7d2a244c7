import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { blobOf, type BlobBytes } from './artifact.ts'
import { putBlobs } from './artifact-transfer.ts'
import { ManifestError, parseManifest } from './manifest.ts'
import { nameOf, type ManifestBytes } from './manifest-transfer.ts'
import { mediaTypes } from './media-type.ts'
import { withHint, withoutTag } from './referrers-failure.ts'
import type { RegistrySession } from './registry-session.ts'
import { mergeIntoTag } from './shared-tag.ts'

/** Layers that shall be in the image of a tag which others write too: `sha256-<hex>.sig`, where cosign kept signatures. */
export interface TaggedLayers<Layer extends BlobBytes = BlobBytes> {
  readonly tag: string
  readonly layers: readonly Layer[]
  /** Makes the image (OCI image manifest, and its configuration) of the layers that are there and those to add. */
  readonly compose: (
    before: readonly Descriptor[],
    added: readonly Layer[],
  ) => { readonly config: Uint8Array; readonly manifest: Uint8Array }
}

/**
 * Adds layers to the image of a tag: those that are there are kept, none comes twice, and nothing is written when all are
 * there. Two layers are the same when digest and annotations are. Answers how often another writer's image replaced ours.
 * Fails as mergeIntoTag does, with REGISTRY_MISMATCH when the tag is no image.
 */
export async function putImageTag<Layer extends BlobBytes>(
  session: RegistrySession,
  request: TaggedLayers<Layer>,
): Promise<number> {
  const { tag, layers, compose } = request
  await putBlobs(session, layers)
  return mergeIntoTag(session, {
    tag,
    refused: error => withHint(error, withoutTag(session.access)),
    async merge(shown) {
      const before = shown === undefined ? [] : layersIn(session, tag, shown)
      const added = layers.filter(({ descriptor }) => !before.some(each => isSame(each, descriptor)))
      if (added.length === 0) return undefined
      const { config, manifest } = compose(before, added)
      await putBlobs(session, [blobOf(config, 'application/vnd.oci.image.config.v1+json')])
      return blobOf(manifest, mediaTypes.manifest)
    },
  })
}

function layersIn(
  session: RegistrySession,
  tag: string,
  { bytes, descriptor }: ManifestBytes,
): readonly Descriptor[] {
  try {
    const value = parseManifest(bytes, descriptor.mediaType)
    if (value.kind === 'manifest') return value.layers
    throw new ManifestError('it is an index')
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    throw new Failure('REGISTRY_MISMATCH', `${nameOf(session, tag)} is no image: ${error.message}`, {
      hint: 'That tag is where signatures are kept; remove what was put there instead.',
    })
  }
}

function isSame(a: Descriptor, b: Descriptor): boolean {
  return a.digest === b.digest && textOf(a) === textOf(b)
}

function textOf({ annotations = {} }: Descriptor): string {
  return JSON.stringify(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)))
}
