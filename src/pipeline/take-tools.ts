import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Need } from '../domain/need.ts'
import type { Tool, ToolName } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { Values } from '../inputs/definition.ts'
import type { scannerInputs } from '../inputs/scanner-inputs.ts'
import type { World } from '../ports.ts'
import { checkAbilities } from '../tools/abilities.ts'
import { acquireTool } from '../tools/acquire.ts'

/** The tools of a run; one that has nothing to do is not fetched. */
export type Tools = Readonly<Partial<Record<ToolName, Tool>>>

export interface ToolsWish {
  readonly inputs: Inputs<'setup'> & Partial<Values<typeof scannerInputs>>
  readonly names: readonly ToolName[]
  readonly needs: readonly Need[]
}

/**
 * Makes the tools ready, side by side and each to its end, so that nothing of one is still at work when the other has failed;
 * failures are told together. Fails with TOOL_UNSUITED when one can't do what is needed.
 */
export async function takeTools({ inputs, names, needs }: ToolsWish, world: World): Promise<Tools> {
  const source = { mirror: inputs['tools-mirror'], machine: world.machine }
  const outcomes = await Promise.allSettled(
    names.map(async name => {
      const version = inputs[`${name}-version`] ?? ''
      const tool = await acquireTool({ name, version, sha256: inputs[`${name}-sha256`] }, source, world)
      return [name, tool] as const
    }),
  )
  throwFailures(outcomes.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : [])))
  const tools: Tools = Object.fromEntries(
    outcomes.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])),
  )
  checkAbilities(tools, needs)
  return tools
}

/** A bug of ours goes first, then the cancellation, which is no failure of a tool; else all. */
function throwFailures(errors: readonly unknown[]): void {
  const failures = errors.filter(error => error instanceof Failure)
  const bug = errors.find(error => !(error instanceof Failure))
  if (bug !== undefined) throw bug
  const cancelled = failures.find(({ code }) => code === 'CANCELLED')
  throwIfAny(cancelled === undefined ? failures : [cancelled])
}
