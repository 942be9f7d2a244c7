import { Transient } from '../domain/transient.ts'
import type { Clock, Log, Patience } from '../ports.ts'

const firstBackoff = 500
/** Below this, the log would tell of a wait of no time. */
const shortestWait = 100
const longestBackoff = 30_000

export interface PatienceOptions {
  /** Milliseconds after the first failure of a call within which its last try must begin. */
  readonly deadline: number
  readonly clock: Clock
  /** At least 0, less than 1. */
  readonly random: () => number
  readonly log: Pick<Log, 'info'>
}

/** The Patience port: exponential backoff with full jitter, never sooner than the other side asked for. */
export function openPatience({ deadline, clock, random, log }: PatienceOptions): Patience {
  return {
    async retry(what, attempt) {
      let failing: number | undefined
      for (let tries = 0; ; tries += 1) {
        try {
          return await attempt(tries)
        } catch (error) {
          if (!(error instanceof Transient)) throw error
          const now = clock.now().getTime()
          failing ??= now
          const wait = Math.max(error.retryAfter ?? 0, shortestWait, random() * backoff(tries))
          const reason = error.message.startsWith(`${what}: `) ? error.message : `${what}: ${error.message}`
          if (now + wait - failing > deadline) {
            if (deadline > 0) log.info(`${reason}, given up (try ${tries + 1}; ${outOf(wait, deadline)})`)
            throw error.failure
          }
          log.info(`${reason}, again in ${seconds(wait)} (try ${tries + 2})`)
          await clock.sleep(wait)
        }
      }
    },
  }
}

function backoff(tries: number): number {
  return Math.min(longestBackoff, firstBackoff * 2 ** tries)
}

function outOf(wait: number, deadline: number): string {
  return `a wait of ${seconds(wait)} would pass the deadline of ${seconds(deadline)}`
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
