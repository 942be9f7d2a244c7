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

/** What is to be said of inputs that have no effect. */
export function idleRemarks(inputs: Partial<Inputs<'build'>>): readonly string[] {
  return [idleInputs(inputs), idleScanInputs(inputs), idleReleaseInputs(inputs)].filter(
    remark => remark !== undefined,
  )
}

/**
 * A remark on inputs that mean nothing where nothing is signed; undefined when there are none. It is no failure: `sign` is often an
 * expression, and the others are always there.
 */
export function idleInputs(inputs: Partial<Inputs<'build'>>): string | undefined {
  if (inputs.sign !== 'false') return undefined
  const names = [
    'cosign-key',
    'cosign-password',
    'fulcio-url',
    'rekor-url',
    'tsa-url',
    'trusted-root',
  ] as const
  const idle = [
    ...names.filter(name => inputs[name] !== undefined),
    ...((inputs['signature-format'] ?? 'bundle') === 'bundle' ? [] : ['signature-format']),
    ...(inputs['attest-to']?.github ? ['attest-to'] : []),
  ]
  return idle.length === 0
    ? undefined
    : `nothing is signed ("sign" is "false"), so these have no effect: ${idle.join(', ')}`
}

/** The same where nothing is scanned. */
export function idleScanInputs(inputs: Partial<Inputs<'build'>>): string | undefined {
  if (inputs.scan !== 'false') return undefined
  const given = ['scan-ignore', 'vex', 'scan-database'] as const
  const idle = given.filter(name => [inputs[name] ?? []].flat().length > 0)
  return idle.length === 0
    ? undefined
    : `nothing is scanned ("scan" is "false"), so these have no effect: ${idle.join(', ')}`
}

/** The same where nothing is released. */
export function idleReleaseInputs(inputs: Partial<Inputs<'build'>>): string | undefined {
  if (inputs.release !== 'false') return undefined
  const idle = [
    ...(inputs.draft ? ['draft'] : []),
    ...((inputs.assets ?? []).length > 0 ? ['assets'] : []),
    ...(inputs['major-tag'] ? ['major-tag'] : []),
  ]
  return idle.length === 0
    ? undefined
    : `nothing is released ("release" is "false"), so these have no effect: ${idle.join(', ')}`
}

function contradiction(message: string, hint: string): Failure {
  return new Failure('INPUT_INVALID', message, { hint })
}
