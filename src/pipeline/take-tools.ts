import type { Need } from '../domain/need.ts'
import type { Tool, ToolName } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { checkAbilities } from '../tools/abilities.ts'
import { acquireTool } from '../tools/acquire.ts'

/** The tools of a run; one that has nothing to do is not fetched. */
export type Tools = Readonly<Partial<Record<ToolName, Tool>>>

export interface ToolsWish {
  readonly inputs: Inputs<'setup'>
  readonly names: readonly ToolName[]
  readonly needs: readonly Need[]
}

/** Makes the tools ready, side by side, and fails with TOOL_UNSUITED when one can't do what is needed. */
export async function takeTools({ inputs, names, needs }: ToolsWish, world: World): Promise<Tools> {
  const source = { mirror: inputs['tools-mirror'], machine: world.machine }
  const taken = await Promise.all(
    names.map(async name => {
      const version = inputs[`${name}-version`] ?? ''
      return [
        name,
        await acquireTool({ name, version, sha256: inputs[`${name}-sha256`] }, source, world),
      ] as const
    }),
  )
  const tools: Tools = Object.fromEntries(taken)
  checkAbilities(tools, needs)
  return tools
}
