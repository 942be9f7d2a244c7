import type { Digest } from '../domain/digest.ts'
import { hexOf } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import { placeOf, scopeOf, urlOf } from './access.ts'
import type { BlobSource } from './blob-source.ts'
import { sendChunks, type ChunkedUpload } from './chunked-upload.ts'
import type { ImageRepository } from './reference.ts'
import type { RegistrySession } from './registry-session.ts'
import { expectStatus, startUpload, uploadTarget, type UploadPlace } from './upload-place.ts'

export interface UploadOptions {
  /** Bytes of each request; the whole blob in one when left out, unless the registry refuses that as too large. */
  readonly chunkSize?: number
  /** A repository of the same registry that may have the blob already. */
  readonly mountFrom?: ImageRepository
  readonly signal?: AbortSignal
}

/** Bytes of each request once one for the whole blob did not go through. */
const fallbackChunk = 8 * 1024 * 1024

/** Whether the repository has the blob. Repeats while that may help. Fails with REGISTRY_MISMATCH when it has other bytes of that name. */
export function hasBlob(session: RegistrySession, blob: Descriptor): Promise<boolean> {
  return session.ports.patience.retry(
    `look for ${shortDigest(blob.digest)} in ${placeOf(session.access)}`,
    () => findBlobOnce(session, blob),
  )
}
