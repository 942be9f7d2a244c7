import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { Failure } from '../domain/failure.ts'

/** Bytes at a time: node's own 16 KiB cost a third more time. */
const chunkSize = 256 * 1024

/**
 * Opens a layer as a stream of its tar, by its media type (OCI image spec v1.1, layer.md, and Docker's older name). Errors of
 * the file and of the compression are errors of the stream. Fails with LAYOUT_INVALID for another kind.
 */
export function openLayer(file: string, mediaType: string): Readable {
  if (mediaType.endsWith('tar')) return createReadStream(file, { highWaterMark: chunkSize })
  const unpack = mediaType.endsWith('gzip')
    ? createGunzip({ chunkSize })
    : mediaType.endsWith('zstd')
      ? createZstdDecompress({ chunkSize })
      : undefined
  if (unpack === undefined) {
    throw new Failure('LAYOUT_INVALID', `a layer of the kind ${mediaType} cannot be read`, {
      hint: 'Readable are tar, tar+gzip and tar+zstd.',
    })
  }
  // What goes wrong shows on `unpack`, which pipeline destroys; both ends are closed together.
  return pipeline(createReadStream(file, { highWaterMark: chunkSize }), unpack, () => {})
}
