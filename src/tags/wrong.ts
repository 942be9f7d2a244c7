/** What is wrong with a line; who knows the input and the line's number makes a failure of it. */
export class Wrong extends Error {
  override readonly name = 'Wrong'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** That something is what it may not be. */
export function wrongValue(name: string, value: string, accepted: string): Wrong {
  return new Wrong(`${name} is ${JSON.stringify(value)}; accepted: ${accepted}`)
}
