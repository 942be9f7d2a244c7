import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { Transient } from '../domain/transient.ts'
import { placeOf, urlOf } from './access.ts'
import type { BlobSource } from './blob-source.ts'
import { commitTimeout, openChunkedUpload, type ChunkedUpload } from './chunked-upload.ts'
import type { ImageRepository } from './reference.ts'
import type { RegistrySession } from './registry-session.ts'
import {
  closingUrl,
  doingOf,
  expectStatus,
  shortDigest,
  startUpload,
  type UploadPlace,
} from './upload-place.ts'

export interface UploadOptions {
  /** Bytes of each request; the whole blob in one when left out, as long as that goes through. */
  readonly chunkSize?: number
  /** A repository of the same registry that may have the blob already. */
  readonly mountFrom?: ImageRepository
  /** Nothing is begun again once it is aborted. */
  readonly signal?: AbortSignal
}

/** Bytes of each request when one for the whole blob is refused as too large, or broke twice. */
const fallbackChunk = 8 * 1024 * 1024

/** Whether the repository has the blob. Repeats while that may help. Fails with REGISTRY_MISMATCH when it says another size. */
export function hasBlob(session: RegistrySession, blob: Descriptor): Promise<boolean> {
  const what = `look for blob ${shortDigest(blob.digest)} in ${placeOf(session.access)}`
  return session.ports.patience.retry(what, () => seesBlob(session, blob))
}

/**
 * Uploads a blob. A broken upload is begun again, one in chunks goes on where the registry stands; an answer that got lost is
 * no failure when the blob is there. Answers how the blob came there.
 */
export function uploadBlob(
  session: RegistrySession,
  source: BlobSource,
  options: UploadOptions = {},
): Promise<'uploaded' | 'mounted'> {
  const { descriptor } = source
  const { mountFrom, signal } = options
  let chunkSize = options.chunkSize
  let chunked: ChunkedUpload | undefined
  let breaks = 0

  const sendWhole = async (place: UploadPlace): Promise<boolean> => {
    try {
      return await putWhole(session, source, place)
    } catch (error) {
      breaks += error instanceof Transient ? 1 : 0
      if (breaks >= 2 && descriptor.size > fallbackChunk) chunkSize = fallbackChunk
      throw error
    }
  }

  return session.ports.patience.retry(doingOf(session, descriptor), async tries => {
    signal?.throwIfAborted()
    if (tries > 0 && (await seesBlob(session, descriptor))) return 'uploaded'
    if (chunkSize === undefined) {
      const place = await startOrMount(session, descriptor, mountFrom)
      if (place === undefined) return 'mounted'
      if (await sendWhole(place)) return 'uploaded'
    }
    chunked ??= openChunkedUpload(session, source, chunkSize ?? fallbackChunk)
    chunkSize ??= fallbackChunk
    await chunked.proceed()
    return 'uploaded'
  })
}

/** Begins an upload, or has the blob mounted; where that is refused, as it is to logins that may not read the other repository, it is sent. */
async function startOrMount(
  session: RegistrySession,
  blob: Descriptor,
  mountFrom: ImageRepository | undefined,
): Promise<UploadPlace | undefined> {
  if (mountFrom === undefined) return startUpload(session, blob)
  try {
    return await startUpload(session, blob, mountFrom)
  } catch (error) {
    if (error instanceof Failure && error.code === 'REGISTRY_DENIED') return startUpload(session, blob)
    throw error
  }
}

async function seesBlob(session: RegistrySession, blob: Descriptor): Promise<boolean> {
  const { access } = session
  const response = await session.send({ method: 'HEAD', url: urlOf(access, `blobs/${blob.digest}`) })
  const doing = `look for blob ${shortDigest(blob.digest)} in ${placeOf(access)}`
  // Registries may send us on to a store whose signed addresses hold for GET alone: it is sent again then.
  const elsewhere = new URL(response.url).origin !== access.origin && response.status === 403
  if (response.status !== 200 && response.status !== 404 && !elsewhere)
    throw await session.refusal(doing, response)
  response.body.resume()
  const size = response.headers['content-length']
  const digest = response.headers['docker-content-digest'] ?? blob.digest
  if (response.status !== 200) return false
  if (digest === blob.digest && (size === undefined || Number(size) === blob.size)) return true
  throw new Failure(
    'REGISTRY_MISMATCH',
    `${doing}: the registry has ${digest}${size === undefined ? '' : ` with ${size} bytes`}, ours is ${blob.digest} with ${blob.size}`,
    { hint: `Is a proxy or cache between here and ${access.repository.registry}?` },
  )
}

/** Sends the blob in one request; false when the registry finds that too large. */
async function putWhole(session: RegistrySession, source: BlobSource, place: UploadPlace): Promise<boolean> {
  const { descriptor } = source
  const response = await session.send({
    method: 'PUT',
    url: closingUrl(place, descriptor.digest),
    headers: { 'content-type': 'application/octet-stream', 'content-length': `${descriptor.size}` },
    body: () => source.read(0, descriptor.size),
    idleTimeout: commitTimeout,
  })
  if (response.status === 413 && descriptor.size > 0) {
    response.body.resume()
    return false
  }
  await expectStatus(session, response, { doing: doingOf(session, descriptor), statuses: [201] })
  return true
}
