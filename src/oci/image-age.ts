import { ManifestError, parseManifest } from './manifest.ts'
import type { ManifestBytes } from './manifest-transfer.ts'

/** Which state of the sources an image was made from, as far as it is known. */
export interface ImageAge {
  /** Time of the commit (or of the build), milliseconds since 1970. */
  readonly created?: number
  /** Commit. */
  readonly revision?: string
}

/** What an index or manifest says of itself: the annotations `org.opencontainers.image.created` and `.revision` (image spec v1.1, annotations). */
export function ageOf({ bytes, descriptor }: ManifestBytes): ImageAge {
  const annotations = annotationsOf(bytes, descriptor.mediaType)
  const created = Date.parse(annotations['org.opencontainers.image.created'] ?? '')
  const revision = annotations['org.opencontainers.image.revision']
  return {
    ...(Number.isFinite(created) ? { created } : {}),
    ...(revision === undefined ? {} : { revision }),
  }
}

/** Whether one image is surely of a newer commit than another: what is unknown, and another build of the same commit, is not newer. */
export function isNewer(one: ImageAge, other: ImageAge): boolean {
  if (one.created === undefined || other.created === undefined) return false
  if (one.revision !== undefined && one.revision === other.revision) return false
  return one.created > other.created
}

function annotationsOf(bytes: Uint8Array, mediaType: string): Readonly<Record<string, string>> {
  try {
    return parseManifest(bytes, mediaType).annotations
  } catch (error) {
    if (error instanceof ManifestError) return {}
    throw error
  }
}
