import { Failure } from '../domain/failure.ts'

/** The failure with the input that it is of. */
export function ofInput(input: string, failure: Failure): Failure {
  return new Failure(failure.code, `input "${input}": ${failure.message}`, failure)
}
