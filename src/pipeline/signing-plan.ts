import { resolve } from 'node:path'
import type { RunContext } from '../domain/run-context.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { chooseServices, type Services } from '../sigstore/services.ts'
import { decideSigning } from '../sigstore/signing-decision.ts'

export type SigningInputs = Pick<
  Inputs<'sign'>,
  | 'sign'
  | 'cosign-key'
  | 'cosign-password'
  | 'signature-format'
  | 'sbom'
  | 'provenance'
  | 'attest-to'
  | 'github-token'
  | 'fulcio-url'
  | 'rekor-url'
  | 'tsa-url'
  | 'trusted-root'
>

/** How a run signs, decided before anything is built. */
export interface SigningPlan {
  readonly services: Services
  readonly by: 'identity' | 'key'
  /** Whether signatures are written to the log. */
  readonly log: boolean
  readonly format: 'bundle' | 'legacy' | 'both'
  readonly sbom: boolean
  readonly provenance: boolean
  readonly attestTo: { readonly registry: boolean; readonly github: boolean }
  readonly key?: { readonly text: string; readonly passphrase: string | undefined }
}

/**
 * Decides whether and how the run signs; undefined when it does not. Fails with IDENTITY_MISSING, naming the line to add, or
 * INPUT_INVALID. `push` tells whether the run pushes, or is for what was pushed before.
 */
export function planSigning(
  inputs: SigningInputs,
  push: boolean | 'done before',
  { context, machine, log }: Pick<World, 'context' | 'machine' | 'log'>,
): SigningPlan | undefined {
  const text = inputs['cosign-key']
  const root = inputs['trusted-root']
  const services = chooseServices({
    fulcioUrl: inputs['fulcio-url'],
    rekorUrl: inputs['rekor-url'],
    tsaUrl: inputs['tsa-url'],
    trustedRoot: root === undefined ? undefined : resolve(machine.workspace, root),
    cosignKey: text !== undefined,
  })
  const decision = decideSigning({
    ...factsOf(context),
    sign: inputs.sign,
    push: push !== false,
    alone: push === 'done before',
    cosignKey: text !== undefined,
    publicLog: services.publicLog,
  })
  if (!decision.sign) {
    if (decision.notice !== undefined) log.notice(decision.notice)
    return undefined
  }
  return {
    services,
    by: decision.by,
    log: decision.log,
    format: inputs['signature-format'],
    sbom: inputs.sbom,
    provenance: inputs.provenance,
    attestTo: inputs['attest-to'],
    ...(text === undefined ? {} : { key: { text, passphrase: inputs['cosign-password'] } }),
  }
}

function factsOf({ workflow, identity, stranger, privateRepository }: RunContext) {
  return { workflow, identityOffered: identity !== undefined, stranger: stranger ?? false, privateRepository }
}
