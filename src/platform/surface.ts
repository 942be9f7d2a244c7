import type { Failure } from '../domain/failure.ts'
import type { Log, Secrets, World } from '../ports.ts'

/** Where the program meets people: a workflow's runner, or a terminal. */
export interface Surface {
  readonly log: Log
  readonly secrets: Secrets
  /** Text of an input; empty when it was left out. */
  getText(name: string): string
  fail(failure: Failure): void
  failWithBug(error: unknown): void
  /** Hands over what the run came to. */
  finish(outputs: ReadonlyMap<string, string>, summary?: string): Promise<void>
}

/** A surface in use. */
export interface Session extends Surface {
  /** Opens the world for a run that waits out outages for `deadline` milliseconds. */
  open(deadline: number): Promise<World>
}
