import type { FailureCode, SourcePlace } from '../domain/failure.ts'

/** What is told of a failed build besides its title. */
export interface Explanation {
  readonly code: FailureCode
  readonly what: string
  readonly at: SourcePlace
  readonly hint?: string
  /** Whether the last lines of the build tell more. */
  readonly withLines?: boolean
}
