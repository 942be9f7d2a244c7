import type { Inputs } from '../inputs/actions.ts'
import { checkEmulation } from '../melange/emulation.ts'
import { chooseSandbox } from '../melange/sandbox.ts'
import type { ChosenSandbox, Sandbox } from '../melange/sandbox-choice.ts'
import type { World } from '../ports.ts'
import type { PackagePlan } from './plan.ts'

/** What has to be there before a package can be built: a sandbox that works, and emulators for foreign platforms. */
export interface OpenSandbox {
  /** Looks once, at the first call. Fails with SANDBOX_MISSING or EMULATION_MISSING. */
  readonly find: () => Promise<Sandbox>
  /** What was found; undefined when nobody asked. */
  readonly found: () => ChosenSandbox | undefined
}

export function openSandbox(
  { inputs, plan }: { readonly inputs: Pick<Inputs<'package'>, 'runner'>; readonly plan: PackagePlan },
  world: World,
): OpenSandbox {
  let chosen: ChosenSandbox | undefined
  let looking: Promise<Sandbox> | undefined
  const look = async (): Promise<Sandbox> => {
    const { machine, log } = world
    const sandbox = await chooseSandbox({ wish: inputs.runner, machine }, world)
    log.info(`sandbox: ${sandbox.runner} (${sandbox.why})`)
    await checkEmulation({ architectures: plan.architectures, machine, runner: sandbox.runner })
    chosen = sandbox
    return sandbox.runner
  }
  return { find: () => (looking ??= look()), found: () => chosen }
}
