import { Failure } from './failure.ts'

/** Several failures found in one look, reported one by one; at least one. */
export class Failures extends Error {
  override readonly name = 'Failures'
  readonly all: readonly Failure[]

  constructor(all: readonly Failure[]) {
    super(all.map(failure => failure.message).join('\n'))
    this.all = all
  }
}

/** Throws what was found, if anything: one failure as itself, several together. */
export function throwIfAny(found: readonly Failure[]): void {
  const [first, ...rest] = found
  if (first === undefined) return
  throw rest.length === 0 ? first : new Failures(found)
}

/** Does something that may fail, and keeps the failures it throws with those found before; a bug passes through. */
export async function collect<T>(found: Failure[], body: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof Failures) found.push(...error.all)
    else if (error instanceof Failure) found.push(error)
    else throw error
    return undefined
  }
}
