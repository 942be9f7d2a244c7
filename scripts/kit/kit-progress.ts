/** Takes one line, without its line break. */
export type Log = (line: string) => void

export interface Work<T> {
  /** What is done: `building apko 1.2.31`. */
  readonly what: string
  /** How long it may take, in words: `about 2 minutes`. */
  readonly expect: string
  readonly log: Log
  /** Does it; `note` tells how far it got, shown with the next progress line. */
  readonly work: (note: (how: string) => void) => Promise<T>
}

const interval = 10_000

/** Does work of more than two seconds: a line before, one every ten seconds, one after that says how long it took. */
export async function watched<T>({ what, expect, log, work }: Work<T>): Promise<T> {
  const begun = performance.now()
  const elapsed = (): string => `${((performance.now() - begun) / 1000).toFixed(1)} s`
  let state = ''
  log(`${what} (${expect})`)
  const timer = setInterval(() => log(`  … ${what}: ${elapsed()}${state && `, ${state}`}`), interval)
  try {
    const result = await work(how => (state = how))
    log(`  done: ${what}, ${elapsed()}`)
    return result
  } finally {
    clearInterval(timer)
  }
}
