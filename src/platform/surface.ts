import type { Failure } from '../domain/failure.ts'
import type { Log, Secrets, World } from '../ports.ts'

/** Where the program meets people: a workflow's runner, or a terminal. */
export interface Surface {
  readonly log: Log
  readonly secrets: Secrets
  /** Absolute path; what the user names is relative to it. */
  readonly workspace: string
  /** Text of an input; empty when it was left out. */
  getText(name: string): string
  fail(failure: Failure): void
  failWithBug(error: unknown): void
  /** Hands over what the run came to. */
  finish(result: Result): Promise<void>
}

/** What a run came to. */
export interface Result {
  readonly outputs: ReadonlyMap<string, string>
  /** Markdown. */
  readonly summary?: string
  /** Folders to be found on PATH from now on. */
  readonly paths?: readonly string[]
}

/** A surface in use. */
export interface Session extends Surface {
  /** Opens the world for a run that waits out outages for `deadline` milliseconds. */
  open(deadline: number): Promise<World>
}
