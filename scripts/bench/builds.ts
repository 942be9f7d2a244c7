import type { Log } from '../kit/kit-progress.ts'
import type { BenchPlace } from './bench-place.ts'
import { runAction, runScript, type Task } from './contestants.ts'
import { seconds, type Figure } from './figure.ts'
import { alternate, medianOf, ratios, type Round } from './rounds.ts'
import { median, spread } from './statistics.ts'
import type { WatchedRun } from './watched-run.ts'

export interface Race extends Task {
  /** `two platforms, pushed` */
  readonly name: string
  /** Largest part of the script's time. */
  readonly most: number
}

/** One platform and two, to disk and to the registry. */
export function racesOn({ architectures }: BenchPlace): readonly Race[] {
  const one = architectures.slice(0, 1)
  return [
    { name: 'one platform, to disk', architectures: one, push: false, most: 1 },
    { name: 'one platform, pushed', architectures: one, push: true, most: 1 },
    { name: 'two platforms, to disk', architectures, push: false, most: 0.75 },
    { name: 'two platforms, pushed', architectures, push: true, most: 0.75 },
  ]
}

/** Script against action, after one run each that fills the caches. */
export async function runRace(
  race: Race,
  rounds: number,
  { place, log }: { readonly place: BenchPlace; readonly log: Log },
): Promise<readonly Round<WatchedRun>[]> {
  const told = (who: string, run: typeof runScript) => async (): Promise<WatchedRun> => {
    const done = await run(race, place)
    log(`  ${race.name}, ${who}: ${seconds(done.wall)}`)
    return done
  }
  const [theirs, ours] = [told('script', runScript), told('action', runAction)]
  await alternate({ rounds: 1, theirs, ours })
  return alternate({ rounds, theirs, ours })
}

export function raceFigure({ name, most }: Race, rounds: readonly Round<WatchedRun>[]): Figure {
  const found = ratios(rounds, run => run.wall)
  const [ours, theirs] = [
    medianOf(rounds, each => each.ours.wall),
    medianOf(rounds, each => each.theirs.wall),
  ]
  return {
    what: `${name}: our wall time as a part of the script's`,
    measured: `${spread(found)}; ${seconds(ours)} against ${seconds(theirs)}`,
    toReach: `at most ${most.toFixed(2)}`,
    met: median(found) <= most,
  }
}
