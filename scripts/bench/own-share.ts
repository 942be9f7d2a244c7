import { megabytes } from './figure.ts'
import { median, spread } from './statistics.ts'
import type { WatchedRun } from './watched-run.ts'

/** What our own process takes of a job, in words. */
export interface JobShare {
  readonly job: string
  readonly cpu: string
  /** Wall time in which no other program worked for it. */
  readonly alone: string
  /** Wall time in which neither melange nor apko did. */
  readonly withoutTools: string
  readonly peak: string
  /** CPU time and time alone are both small. */
  readonly met: boolean
}

const mostPart = 0.03
const mostSeconds = 0.5

type Measure = (run: WatchedRun) => number

/** The runs of one job, all of them ours. */
export function shareOf(job: string, runs: readonly WatchedRun[]): JobShare {
  const ownCpu: Measure = run => run.ownCpu
  const ownTime: Measure = run => run.alone
  const partOf = (measure: Measure): number => median(runs.map(run => measure(run) / run.wall))
  const inWords = (measure: Measure): string =>
    `${spread(runs.map(measure))} s, ${(partOf(measure) * 100).toFixed(1)} %`
  const isSmall = (measure: Measure): boolean =>
    median(runs.map(measure)) < mostSeconds || partOf(measure) < mostPart
  return {
    job,
    cpu: inWords(ownCpu),
    alone: inWords(ownTime),
    withoutTools: inWords(run => run.withoutTools),
    peak: megabytes(Math.max(...runs.map(({ peak }) => peak))),
    met: isSmall(ownCpu) && isSmall(ownTime),
  }
}
