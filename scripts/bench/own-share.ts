import { megabytes, type Figure } from './figure.ts'
import { median, spread } from './statistics.ts'
import type { WatchedRun } from './watched-run.ts'

const mostPart = 0.03
const mostSeconds = 0.5

/** What our own process takes of a job, as CPU time and as wall time in which no other program worked for it. */
export function ownShareFigures(name: string, runs: readonly WatchedRun[]): readonly Figure[] {
  return [
    shareFigure(`${name}: CPU time of our own process`, runs, run => run.ownCpu),
    shareFigure(`${name}: wall time without a child of ours`, runs, run => run.alone),
    {
      what: `${name}: wall time in which neither melange nor apko ran`,
      measured: shareOf(runs, run => run.withoutTools),
      toReach: '',
    },
    {
      what: `${name}: peak memory of our own process`,
      measured: `at most ${megabytes(Math.max(...runs.map(({ peak }) => peak)))}`,
      toReach: '',
    },
  ]
}

function shareFigure(
  what: string,
  runs: readonly WatchedRun[],
  measure: (run: WatchedRun) => number,
): Figure {
  const [middle, part] = middles(runs, measure)
  return {
    what,
    measured: shareOf(runs, measure),
    toReach: `less than ${mostPart * 100} % or ${mostSeconds} s`,
    met: middle < mostSeconds || part < mostPart,
  }
}

function shareOf(runs: readonly WatchedRun[], measure: (run: WatchedRun) => number): string {
  return `${spread(runs.map(measure))} s, ${(middles(runs, measure)[1] * 100).toFixed(1)} % of the job`
}

function middles(
  runs: readonly WatchedRun[],
  measure: (run: WatchedRun) => number,
): readonly [seconds: number, part: number] {
  return [median(runs.map(measure)), median(runs.map(run => measure(run) / run.wall))]
}
