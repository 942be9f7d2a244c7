import { Failure } from '../domain/failure.ts'
import type { Clock } from '../ports.ts'

/** The machine's clock. A sleep ends with CANCELLED as soon as `cancelled` is aborted. */
export function openClock(cancelled?: AbortSignal): Clock {
  return {
    now: () => new Date(),
    sleep: milliseconds =>
      new Promise((resolve, reject) => {
        const wake = (): void => {
          clearTimeout(timer)
          reject(new Failure('CANCELLED', 'the run was cancelled'))
        }
        const timer = setTimeout(() => {
          cancelled?.removeEventListener('abort', wake)
          resolve()
        }, milliseconds)
        if (cancelled?.aborted) wake()
        else cancelled?.addEventListener('abort', wake, { once: true })
      }),
  }
}
