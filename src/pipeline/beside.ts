import { Failure } from '../domain/failure.ts'
import { Failures, throwIfAny } from '../domain/failures.ts'

/** Two things side by side, each to its end: nothing of one is still at work when the other has failed. Failures are told together. */
export async function beside<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  const [one, other] = await Promise.allSettled([first, second])
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value]
  return throwTogether(
    [one, other].flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : [])),
  )
}

/** A bug of ours goes first, then the cancellation, which is no failure; else all failures. */
function throwTogether(errors: readonly unknown[]): never {
  const failures = errors.flatMap(error =>
    error instanceof Failures ? error.all : error instanceof Failure ? [error] : [],
  )
  const bug = errors.find(error => !(error instanceof Failures || error instanceof Failure))
  if (bug !== undefined) throw bug
  const cancelled = failures.find(({ code }) => code === 'CANCELLED')
  throwIfAny(cancelled === undefined ? failures : [cancelled])
  throw new TypeError('something failed with nothing')
}
