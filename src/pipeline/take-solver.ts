import { Failure } from '../domain/failure.ts'
import type { Tool } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { acquireTool } from '../tools/acquire.ts'
import { decideCache } from './cache-policy.ts'
import { oneTry } from './one-try.ts'

/**
 * apko for a run that makes packages and no image: it tells what melange's solver picks. Without it a package counts as changed whenever
 * one of its repositories gains any package at all. undefined when there is no use for it, or it is not to be had at the first try.
 */
export async function takeSolver(inputs: Inputs<'package'>, world: World): Promise<Tool | undefined> {
  if (!decideCache(inputs.cache, world.context).use) return undefined
  const wish = { name: 'apko' as const, version: inputs['apko-version'] ?? '', sha256: inputs['apko-sha256'] }
  const source = { mirror: inputs['tools-mirror'], machine: world.machine }
  try {
    return await acquireTool(wish, source, { ...world, patience: oneTry })
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'CANCELLED') throw error
    world.log.info(
      `apko, which would tell more of what packages are built with, is not here: ${error.message}`,
    )
    return undefined
  }
}
