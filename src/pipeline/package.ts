import { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { makePackages } from './make-packages.ts'
import { signForOldApko } from './old-apko.ts'
import { prepare } from './prepare.ts'
import { openRecorder } from './run-record.ts'
import { concludeRun, type StageResult } from './stage-result.ts'
import { takeSolver } from './take-solver.ts'
import { takeTools } from './take-tools.ts'
import { withCaches } from './with-caches.ts'

/** Packages only: melange files to a signed apk repository. */
export async function packages(inputs: Inputs<'package'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const prepared = await prepare(inputs, world)
  const { plan, output } = prepared
  const { melange, solver } = await recorder.stage('tools', async () => ({
    ...(await takeTools({ inputs, names: ['melange'], needs: [] }, world)),
    solver: await takeSolver(inputs, world),
  }))
  if (melange === undefined) throw new Failure('TOOL_MISSING', 'there is no melange')
  const made = await withCaches({ cache: inputs.cache, plan }, world, caches =>
    recorder.wideStage('packages', () =>
      makePackages({ ...prepared, inputs, plan: plan.packages, melange, solver, caches }, world),
    ),
  )
  const { 'apko-version': version } = inputs
  if (version !== undefined) await signForOldApko(made, { apko: { version }, melange }, world)
  const facts = { parameters: givenParameters('package', inputs), files: prepared.files, tools: [melange] }
  const record = recorder.record({ ...facts, images: [], packages: made.record, graph: made.graph })
  return concludeRun(record, { output, table: outputs })
}
