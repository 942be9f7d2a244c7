import type { Readable } from 'node:stream'

const leastBytes = 16 * 1024
/** Of an idle timeout: a small body may begin late. */
const share = 1.5

/**
 * Breaks off a body that comes, but slower than 16 KiB in each one and a half idle timeouts (milliseconds), so that none drips for
 * ever; a small one has to be whole by then. Time in which its reader holds it back does not count.
 */
export function watchPace(body: Readable, idleTimeout: number): void {
  let bytes = 0
  let latest = performance.now()
  let held = false
  body.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length
    latest = performance.now()
  })
  body.on('pause', () => (held = true))
  const timer = setInterval(() => {
    const slow = bytes < leastBytes && !held
    bytes = 0
    held = body.isPaused()
    const silent = performance.now() - latest > idleTimeout / 2
    const code = silent ? 'UND_ERR_BODY_TIMEOUT' : 'ANSWER_TOO_SLOW'
    if (slow) body.destroy(Object.assign(new Error('too slow'), { code }))
  }, idleTimeout * share)
  timer.unref()
  for (const event of ['end', 'close', 'error']) body.once(event, () => clearInterval(timer))
}
