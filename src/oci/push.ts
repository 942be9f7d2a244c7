import type { Digest } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { formatSize } from '../domain/size.ts'
import type { Ports } from '../ports.ts'
import { fileSource } from './blob-source.ts'
import { readImageTree } from './image-tree.ts'
import { findBlob } from './layout-reader.ts'
import type { ImageRepository } from './reference.ts'
import { openRepository, type RepositoryRequest } from './registry-client.ts'
import type { RegistryPorts } from './registry-session.ts'
import { sideBySide } from './side-by-side.ts'
import { shortDigest } from './upload-place.ts'

export interface PushRequest extends RepositoryRequest {
  /** Absolute path of an OCI image layout. */
  readonly layout: string
  /** The image in it: `BuiltImage.index`, or the root that `openLayout` found. */
  readonly index: Descriptor
  /** A repository of the same registry that has the image already: blobs are mounted from there instead of sent, where the registry does that. */
  readonly mountFrom?: ImageRepository
  /** Blobs at once; 4 unless told. */
  readonly concurrency?: number
  /** Bytes of each request of an upload; whole blobs when left out. */
  readonly chunkSize?: number
}

export interface Pushed {
  readonly repository: ImageRepository
  readonly digest: Digest
  /** Number of blobs sent. */
  readonly uploaded: number
  /** Number of blobs that were there already, or in the repository that they were mounted from. */
  readonly skipped: number
  /** Bytes of the blobs sent. */
  readonly bytes: number
}

export type PushPorts = RegistryPorts & Pick<Ports, 'log'>

/**
 * Pushes an image by digest, bytes as they are: blobs side by side, each once, then manifests, then the index, each read back
 * and compared. Sets no tag. What is there already is not sent again, so a push that failed can be repeated cheaply.
 * Fails as `Repository` does, and with LAYOUT_INVALID before anything is sent when the layout is incomplete.
 */
export async function pushImage(request: PushRequest, ports: PushPorts): Promise<Pushed> {
  const tree = await readImageTree(request.layout, request.index)
  // The largest first: it decides how long all take.
  const blobs = [...tree.blobs].sort((a, b) => b.size - a.size)
  const files = await Promise.all(blobs.map(blob => findBlob(request.layout, blob)))
  const repository = openRepository(request, ports)
  const { concurrency = 4, chunkSize, mountFrom } = request

  const sent = await sideBySide([...files.entries()], concurrency, async ([at, file], signal) => {
    const blob = blobs[at]
    if (blob === undefined || (await repository.hasBlob(blob))) return false
    const start = ports.clock.now().getTime()
    const options = {
      signal,
      ...(chunkSize === undefined ? {} : { chunkSize }),
      ...(mountFrom === undefined ? {} : { mountFrom }),
    }
    if ((await repository.putBlob(fileSource(file, blob, signal), options)) === 'mounted') return false
    const seconds = (ports.clock.now().getTime() - start) / 1000
    ports.log.info(
      `uploaded ${shortDigest(blob.digest)}, ${formatSize(blob.size)} in ${seconds.toFixed(1)} s`,
    )
    return true
  })
  for (const level of tree.levels) {
    await sideBySide(level, concurrency, document => repository.putManifest(document))
  }

  const uploaded = blobs.filter((_, at) => sent[at] === true)
  const skipped = blobs.filter((_, at) => sent[at] !== true)
  if (skipped.length > 0) {
    ports.log.info(`${skipped.length} blobs were there already, ${formatSize(sizeOf(skipped))}`)
  }
  return {
    repository: request.repository,
    digest: request.index.digest,
    uploaded: uploaded.length,
    skipped: skipped.length,
    bytes: sizeOf(uploaded),
  }
}

function sizeOf(blobs: readonly Descriptor[]): number {
  return blobs.reduce((sum, blob) => sum + blob.size, 0)
}
