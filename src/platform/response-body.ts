import { Readable } from 'node:stream'

/** Bytes that are taken from the source before anybody asks for them. */
const ahead = 256 * 1024

/**
 * The same bytes, with errors of the source (and its silent end before time) told by `translate`. Unlike a pipe it hands out
 * all that came before the error, so that a download can go on from there. Destroying it destroys the source; an error that
 * nobody waits for is no crash.
 */
export function translatedBody(source: Readable, translate: (error: unknown) => Error): Readable {
  const queue: Uint8Array[] = []
  let [queued, ended, wanted] = [0, false, false]
  let failure: Error | undefined

  const give = (): void => {
    if (!wanted) return
    const chunk = queue.shift()
    if (chunk !== undefined) {
      wanted = false
      queued -= chunk.length
      body.push(chunk)
    } else if (ended) body.push(null)
    // Not at once: the chunk before it may be on its way out.
    else if (failure !== undefined) process.nextTick(() => body.destroy(failure))
    if (queued < ahead) source.resume()
  }
  const body = new Readable({
    // One chunk at a time, so that it is asked for more only when all is taken.
    highWaterMark: 1,
    read() {
      wanted = true
      give()
    },
    destroy(error, done) {
      source.destroy()
      done(error)
    },
  })
  const fail = (error: unknown): void => {
    failure ??= translate(error)
    give()
  }
  source.on('data', (chunk: Uint8Array) => {
    queue.push(chunk)
    queued += chunk.length
    if (queued >= ahead) source.pause()
    give()
  })
  source.once('end', () => {
    ended = true
    give()
  })
  source.on('error', fail)
  source.once('close', () => {
    if (!ended) fail(Object.assign(new Error('closed early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }))
  })
  body.on('error', () => {})
  return body
}
