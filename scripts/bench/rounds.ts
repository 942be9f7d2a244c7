import { median } from './statistics.ts'

/** Two contestants in one round, one right after the other. */
export interface Round<T> {
  readonly theirs: T
  readonly ours: T
}

export interface Contest<T> {
  readonly rounds: number
  readonly theirs: () => Promise<T>
  readonly ours: () => Promise<T>
}

/** Runs both in turn, once each per round. Who goes first changes with each round, so that a slow drift of the machine favours nobody. */
export async function alternate<T>({ rounds, theirs, ours }: Contest<T>): Promise<readonly Round<T>[]> {
  const done: Round<T>[] = []
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const first = await theirs()
      done.push({ theirs: first, ours: await ours() })
    } else {
      const first = await ours()
      done.push({ ours: first, theirs: await theirs() })
    }
  }
  return done
}

/** Ours as a part of theirs, for each round. */
export function ratios<T>(rounds: readonly Round<T>[], measure: (run: T) => number): readonly number[] {
  return rounds.map(({ theirs, ours }) => measure(ours) / measure(theirs))
}

/** Median of one contestant's runs. */
export function medianOf<T>(rounds: readonly Round<T>[], measure: (round: Round<T>) => number): number {
  return median(rounds.map(measure))
}
