import { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'
import { reservedArguments } from './reserved-arguments.ts'

/** Inputs that can't all be meant at once (INPUT_INVALID each); pure. */
export function contradictions(inputs: Partial<Inputs<'build'>>): readonly Failure[] {
  const found: Failure[] = [
    ...reservedArguments('melange-args', inputs['melange-args'] ?? []),
    ...reservedArguments('apko-args', inputs['apko-args'] ?? []),
  ]
  if (inputs.username !== undefined && inputs.token === undefined) {
    found.push(
      contradiction(
        'input "username" is given without "token"',
        'Give both, or log in with docker/login-action.',
      ),
    )
  }
  return found
}

function contradiction(message: string, hint: string): Failure {
  return new Failure('INPUT_INVALID', message, { hint })
}
