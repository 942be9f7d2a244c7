import { throwIfAny } from '../../../src/domain/failures.ts'
import type { Outcome } from '../../../src/domain/outcome.ts'

/** The values of outcomes; throws the failures when there are any. */
export function valuesOf<T>(outcomes: readonly Outcome<T>[]): readonly T[] {
  throwIfAny(outcomes.flatMap(each => ('failures' in each ? each.failures : [])))
  return outcomes.flatMap(each => ('value' in each ? [each.value] : []))
}
