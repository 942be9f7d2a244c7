import type { ToolName } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { releaseOutputs } from '../report/release-outputs.ts'
import { beside } from './beside.ts'
import { imageStages, type ImagesDone } from './image-stages.ts'
import { makePackages } from './make-packages.ts'
import { needsOf } from './needs.ts'
import { signForOldApko } from './old-apko.ts'
import { prepare, type Prepared } from './prepare.ts'
import { releaseBuild } from './release-build.ts'
import { openRecorder } from './run-record.ts'
import { startScanner } from './start-scanner.ts'
import { concludeRun, type StageResult } from './stage-result.ts'
import { takeSolver } from './take-solver.ts'
import { takeTools } from './take-tools.ts'
import { withCaches } from './with-caches.ts'

/** The whole pipeline: packages, images from them, pushed by digest, tags last. */
export async function build(inputs: Inputs<'build'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const prepared = await prepare(inputs, world)
  const { plan, output } = prepared
  const wanted = { inputs, names: toolsOf(prepared), needs: needsOf(plan, inputs) }
  const { tools, solver } = await recorder.stage('tools', async () => {
    const taken = await takeTools(wanted, world)
    return { tools: taken, solver: taken.apko ?? (taken.melange && (await takeSolver(inputs, world))) }
  })
  const { apko, melange } = tools
  const scan = startScanner({ plan: prepared.scan, deadline: inputs.deadline }, tools, world)
  const facts = {
    parameters: givenParameters('build', inputs),
    files: prepared.files,
    tools: Object.values(tools),
  }
  const provenance = { ...facts, startedAt: recorder.startedAt.toISOString() }
  const { made, done } = await withCaches({ cache: inputs.cache, plan }, world, async caches => {
    const wish = { ...prepared, inputs, plan: plan.packages, solver, caches }
    const making = melange && recorder.wideStage('packages', () => makePackages({ ...wish, melange }, world))
    const [packages] = await beside(Promise.resolve(making), Promise.resolve(scan?.scanner))
    if (packages && melange && apko) await signForOldApko(packages, { apko, melange }, world)
    const { downloads } = caches
    const images =
      apko &&
      (await imageStages(
        { ...prepared, inputs, apko, provenance, scan, downloads, repository: packages?.repository },
        { world, recorder },
      ))
    return { made: packages, done: images ?? nothing }
  })

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

function toolsOf({ plan: { packages, images }, scan }: Prepared): readonly ToolName[] {
  const [melange, apko] = [packages.files.length > 0, images.length > 0]
  return [
    ...(melange ? ['melange' as const] : []),
    ...(apko ? ['apko' as const] : []),
    ...(scan === undefined ? [] : [scan.scanner]),
  ]
}
