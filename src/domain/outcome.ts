import { Failure } from './failure.ts'
import { Failures } from './failures.ts'

/** What came of one of several things that do not depend on one another. */
export type Outcome<T> = { readonly value: T } | { readonly failures: readonly Failure[] }

/**
 * Does one after another, and goes on when one fails as foreseen. A cancellation stops it, as does a bug: both are thrown.
 */
export async function eachAlone<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly Outcome<R>[]> {
  const outcomes: Outcome<R>[] = []
  for (const item of items) {
    try {
      outcomes.push({ value: await work(item) })
    } catch (error) {
      outcomes.push({ failures: foreseen(error) })
    }
  }
  return outcomes
}

/** The failures in what was thrown; throws it again when it is a bug or the cancellation. */
export function foreseen(error: unknown): readonly Failure[] {
  const failures = error instanceof Failures ? error.all : error instanceof Failure ? [error] : []
  if (failures.length === 0 || failures.some(({ code }) => code === 'CANCELLED')) throw error
  return failures
}

/** The values and the failures among outcomes, each in their order. */
export function partOutcomes<T>(outcomes: readonly Outcome<T>[]): {
  readonly values: readonly T[]
  readonly failed: readonly Failure[]
} {
  return {
    values: outcomes.flatMap(each => ('value' in each ? [each.value] : [])),
    failed: outcomes.flatMap(each => ('failures' in each ? each.failures : [])),
  }
}
