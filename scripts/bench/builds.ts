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

/** A race that was run. */
export interface Raced {
  readonly race: Race
  readonly rounds: readonly Round<WatchedRun>[]
}

/**
 * A figure for each race. `melange keygen` looks for primes and takes between 0.1 and 2 seconds by pure luck, which would drown
 * what is compared: wherever it ran, its mean over all races stands in for its time.
 */
export function raceFigures(raced: readonly Raced[]): readonly Figure[] {
  const luck = raced
    .flatMap(({ rounds }) => rounds.flatMap(({ theirs, ours }) => [theirs.keygen, ours.keygen]))
    .filter(each => each > 0)
  const usual = luck.reduce((sum, each) => sum + each, 0) / luck.length
  const evened = ({ wall, keygen }: WatchedRun): number => (keygen > 0 ? wall - keygen + usual : wall)
  return raced.map(({ race: { name, most }, rounds }) => {
    const found = ratios(rounds, evened)
    const byClock = median(ratios(rounds, run => run.wall))
    const [ours, theirs] = [
      medianOf(rounds, each => evened(each.ours)),
      medianOf(rounds, each => evened(each.theirs)),
    ]
    return {
      what: `${name}: our wall time as a part of the script's`,
      measured: `${spread(found)}; ${seconds(ours)} against ${seconds(theirs)}; by the clock ${byClock.toFixed(2)}`,
      toReach: `at most ${most.toFixed(2)}`,
      met: median(found) <= most,
    }
  })
}
