import type { Ports } from '../ports.ts'

/** Milliseconds between two lines, so that a quick download has none. */
const pace = 5_000

/** Tells how far a long download is. `total` in bytes, NaN when it is not known. */
export function openProgress(
  title: string,
  total: number,
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
): { at(received: number): void } {
  let told = clock.now().getTime()
  return {
    at(received) {
      const now = clock.now().getTime()
      if (now - told < pace) return
      told = now
      log.info(`${title}: ${megabytes(received)}${Number.isNaN(total) ? '' : ` of ${megabytes(total)}`}`)
    },
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
