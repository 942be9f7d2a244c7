import { digestOf } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import type { ManifestBytes } from './manifest-transfer.ts'
import { mediaTypes } from './media-type.ts'

/** One blob that is to be attached to an image. */
export interface Artifact {
  /** What it is: `application/vnd.dev.sigstore.bundle.v0.3+json`. */
  readonly artifactType: string
  readonly blob: Uint8Array
  readonly blobMediaType: string
  /** `org.opencontainers.image.created` is the caller's to give: with the same one the same artifact has the same digest. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** A blob in memory. */
export interface BlobBytes {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

/** An artifact as a registry keeps it. */
export interface BuiltArtifact {
  /** The configuration and the artifact's own. */
  readonly blobs: readonly BlobBytes[]
  readonly manifest: ManifestBytes
  /** How a list of referrers names the manifest (distribution spec v1.1, pushing manifests with subject). */
  readonly entry: Descriptor
}

/** What artifacts have as their configuration (image spec v1.1, guidance for an empty descriptor). */
export const emptyType = 'application/vnd.oci.empty.v1+json'

const empty = blobOf(Buffer.from('{}'), emptyType)

/** Makes the manifest that ties a blob to its subject (image spec v1.1, guidelines for artifact usage). The same input gives the same bytes. */
export function buildArtifact(subject: Descriptor, artifact: Artifact): BuiltArtifact {
  const { artifactType, blobMediaType } = artifact
  const blob = blobOf(artifact.blob, blobMediaType)
  const annotations = Object.fromEntries(
    Object.entries(artifact.annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  const annotated = Object.keys(annotations).length > 0 ? { annotations } : {}
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType,
      config: empty.descriptor,
      layers: [blob.descriptor],
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
      ...annotated,
    }),
  )
  const { descriptor } = blobOf(bytes, mediaTypes.manifest)
  return {
    blobs: [empty, blob],
    manifest: { descriptor, bytes },
    entry: { ...descriptor, artifactType, ...annotated },
  }
}

/** Bytes with the descriptor that they have. */
export function blobOf(bytes: Uint8Array, mediaType: string): BlobBytes {
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}
