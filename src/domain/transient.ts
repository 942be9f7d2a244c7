import type { Failure } from './failure.ts'

/**
 * Thrown by an attempt that may be repeated. `failure` is what the user sees when patience ends;
 * `retryAfter` (milliseconds) is how long the other side asked us to wait.
 */
export class Transient extends Error {
  override readonly name = 'Transient'
  readonly failure: Failure
  readonly retryAfter: number | undefined

  constructor(failure: Failure, retryAfter?: number) {
    super(failure.message, { cause: failure })
    this.failure = failure
    this.retryAfter = retryAfter
  }
}
