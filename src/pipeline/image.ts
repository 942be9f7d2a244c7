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
import { concludeRun, type StageResult } from './stage-result.ts'
import { takeTools } from './take-tools.ts'

/** Images only: apko files to images, from packages of a step before or of the repositories that the files name. */
export async function image(inputs: Inputs<'image'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const prepared = await prepare(inputs, world)
  const { plan, output } = prepared
  const repository = await openRepositoryFolder(inputs.packages[0], world.machine.workspace)
  const wanted = { inputs, names: ['apko' as const], needs: needsOf(plan, inputs) }
  const { apko } = await recorder.stage('tools', () => takeTools(wanted, world))
  if (apko === undefined) throw new Failure('TOOL_MISSING', 'there is no apko')
  const facts = { parameters: givenParameters('image', inputs), files: prepared.files, tools: [apko] }
  const provenance = { ...facts, startedAt: recorder.startedAt.toISOString() }
  const wish = { ...prepared, inputs, apko, repository, provenance }
  const { images, failures } = await imageStages(wish, { world, recorder })
  const record = recorder.record({ ...facts, images })
  return concludeRun(record, { output, table: outputs, failures })
}
