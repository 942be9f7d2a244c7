/** Something the kit needs is not there, or did not work. The message says what, and what to do. */
export class KitFailure extends Error {
  override readonly name = 'KitFailure'
}

/** Text of whatever was thrown, for a line of a log. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
