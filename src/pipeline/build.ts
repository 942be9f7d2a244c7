import type { ToolName } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { releaseOutputs } from '../report/release-outputs.ts'
import { imageStages, type ImagesDone } from './image-stages.ts'
import { makePackages } from './make-packages.ts'
import { needsOf } from './needs.ts'
import { signForOldApko } from './old-apko.ts'
import type { Plan } from './plan.ts'
import { prepare } from './prepare.ts'
import { releaseBuild } from './release-build.ts'
import { openRecorder } from './run-record.ts'
import { concludeRun, type StageResult } from './stage-result.ts'
import { takeTools } from './take-tools.ts'

/** The whole pipeline: packages, images from them, pushed by digest, tags last. */
export async function build(inputs: Inputs<'build'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const prepared = await prepare(inputs, world)
  const { plan, output } = prepared
  const wanted = { inputs, names: toolsOf(plan), needs: needsOf(plan, inputs) }
  const tools = await recorder.stage('tools', () => takeTools(wanted, world))
  const { apko, melange } = tools

  const made =
    melange &&
    (await recorder.wideStage('packages', () =>
      makePackages({ ...prepared, inputs, plan: plan.packages, melange }, world),
    ))
  if (made && melange && apko) await signForOldApko(made, { apko, melange }, world)
  const facts = {
    parameters: givenParameters('build', inputs),
    files: prepared.files,
    tools: Object.values(tools),
  }
  const provenance = { ...facts, startedAt: recorder.startedAt.toISOString() }
  const done = apko
    ? await imageStages(
        { ...prepared, inputs, apko, provenance, repository: made?.repository },
        { world, recorder },
      )
    : nothing

  const packages =
    made === undefined
      ? {}
      : { packages: { ...made.record, bundles: done.packageBundles }, graph: made.graph }
  const results = { ...facts, images: done.images, ...packages }
  const released = await releaseBuild(
    { plan: prepared.release, results, output, failed: done.failures },
    { world, recorder },
  )
  const record = recorder.record({ ...results, ...(released.record && { release: released.record }) })
  const table = { ...outputs, ...releaseOutputs }
  return concludeRun(record, { output, table, failures: [...done.failures, ...released.failures] })
}

const nothing: ImagesDone = { images: [], packageBundles: [], failures: [] }

function toolsOf({ packages, images }: Plan): readonly ToolName[] {
  const [melange, apko] = [packages.files.length > 0, images.length > 0]
  return [...(melange ? ['melange' as const] : []), ...(apko ? ['apko' as const] : [])]
}
