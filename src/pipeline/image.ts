import { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { imageStages } from './image-stages.ts'
import { needsOf } from './needs.ts'
import { openRepositoryFolder } from './repository-folder.ts'
import { prepare } from './prepare.ts'
import { openRecorder } from './run-record.ts'
import { startScanner } from './start-scanner.ts'
import { concludeRun, type StageResult } from './stage-result.ts'
import { takeTools } from './take-tools.ts'

/** Images only: apko files to images, from packages of a step before or of the repositories that the files name. */
export async function image(inputs: Inputs<'image'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const prepared = await prepare(inputs, world)
  const { plan, output } = prepared
  const repository = await openRepositoryFolder(inputs.packages, world.machine.workspace)
  const scanner = prepared.scan === undefined ? [] : [prepared.scan.scanner]
  const wanted = { inputs, names: ['apko' as const, ...scanner], needs: needsOf(plan, inputs) }
  const tools = await recorder.stage('tools', () => takeTools(wanted, world))
  const { apko } = tools
  if (apko === undefined) throw new Failure('TOOL_MISSING', 'there is no apko')
  const facts = {
    parameters: givenParameters('image', inputs),
    files: prepared.files,
    tools: Object.values(tools),
  }
  const provenance = { ...facts, startedAt: recorder.startedAt.toISOString() }
  const scan = startScanner(prepared.scan, tools, world)
  const wish = { ...prepared, inputs, apko, repository, provenance, scan }
  const { images, failures } = await imageStages(wish, { world, recorder })
  const record = recorder.record({ ...facts, images })
  return concludeRun(record, { output, table: outputs, failures })
}
