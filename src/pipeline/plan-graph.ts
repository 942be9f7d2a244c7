import { join, resolve } from 'node:path'
import type { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { PackageGraph } from '../melange/graph.ts'
import { asksMelange, resolveGraph } from '../melange/resolve-graph.ts'
import type { World } from '../ports.ts'
import { defaultJobs } from './default-jobs.ts'
import type { Plan } from './plan.ts'
import { takeTools } from './take-tools.ts'

/** The graph as its files, melange and the repositories tell it; undefined where that would take melange and something is wrong already. */
export async function planGraph(
  { packages: { files, architectures } }: Plan,
  inputs: Inputs<'plan'>,
  { found, world }: { found: readonly Failure[]; world: World },
): Promise<PackageGraph | undefined> {
  const { machine, log } = world
  const at = (path: string): string => (URL.canParse(path) ? path : resolve(machine.workspace, path))
  const { 'vars-file': varsFile } = inputs
  const options = {
    pipelineDirs: inputs['pipeline-dir'].map(at),
    repositories: [...inputs['repository-append'], ...inputs['build-repository-append']],
    ...(varsFile === undefined ? {} : { varsFile: at(varsFile) }),
  }
  const asks = asksMelange(files, options)
  if (asks && found.length > 0) return undefined
  const tools = { 'apko-version': undefined, 'apko-sha256': undefined, ...inputs }
  const take = () => takeTools({ inputs: tools, names: ['melange'], needs: [] }, world)
  const { melange } = asks ? await log.group('tools', take) : {}
  const jobs = await defaultJobs()
  const repository = join(machine.temp, 'packages')
  return resolveGraph({ files, architectures, melange, machine, options, repository, jobs }, world)
}
