import { PassThrough, type Readable } from 'node:stream'

/**
 * The same bytes, with errors of the source (and its silent end before time) told by `translate`. Destroying it destroys the
 * source; an error that nobody listens to is no crash.
 */
export function translatedBody(source: Readable, translate: (error: unknown) => Error): Readable {
  const body = new PassThrough()
  source.once('error', error => body.destroy(translate(error)))
  source.once('close', () => {
    if (source.readableEnded || body.destroyed) return
    const early = Object.assign(new Error('closed early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    body.destroy(translate(early))
  })
  body.once('close', () => source.destroy())
  body.on('error', () => {})
  return source.pipe(body)
}
