import { throwIfAny } from '../domain/failures.ts'
import type { ActionName } from '../inputs/actions.ts'
import { readActionInputs } from '../inputs/read.ts'
import type { Session } from '../platform/surface.ts'

/** One action from its texts to its outputs. The engine is loaded once the inputs are known to be right. */
export async function runAction(action: ActionName, session: Session): Promise<void> {
  const inputs = readActionInputs(action, session)
  const world = await session.open(inputs.deadline)
  const { runStage } = await import('../pipeline/stages.ts')
  const result = await runStage(action, inputs, world)
  await session.finish(result)
  throwIfAny(result.failures ?? [])
}
