import type { ActionName, Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { build } from './build.ts'
import { image } from './image.ts'
import { dropUnnamedOutput } from './output-folder.ts'
import { packages } from './package.ts'
import { release } from './release.ts'
import { planLegs } from './plan-legs.ts'
import { setup } from './setup.ts'
import { sign } from './sign.ts'
import type { StageResult } from './stage-result.ts'

const stages: { readonly [A in ActionName]: (inputs: Inputs<A>, world: World) => Promise<StageResult> } = {
  build,
  setup,
  package: packages,
  image,
  sign,
  release,
  plan: planLegs,
}

/** Runs what an action stands for. A failure leaves nothing where nobody would look for it. */
export async function runStage<A extends ActionName>(
  action: A,
  inputs: Inputs<A>,
  world: World,
): Promise<StageResult> {
  try {
    return await stages[action](inputs, world)
  } catch (error) {
    const named = 'output' in inputs && inputs.output !== undefined
    if (!named) await dropUnnamedOutput(world)
    throw error
  }
}
