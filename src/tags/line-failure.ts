import { Failure } from '../domain/failure.ts'
import type { InputLine } from '../domain/input-line.ts'
import { Wrong } from './wrong.ts'

/** The failure (INPUT_INVALID) for what is wrong with a line of an input. Anything but Wrong is a bug and thrown on. */
export function lineFailure(input: string, { line, text }: InputLine, error: unknown): Failure {
  if (!(error instanceof Wrong)) throw error
  const shown = JSON.stringify(text.length > 120 ? `${text.slice(0, 100)}…` : text)
  return new Failure('INPUT_INVALID', `input "${input}", line ${line} (${shown}): ${error.message}`, {
    hint: error.hint ?? `Correct line ${line} of "${input}".`,
  })
}
