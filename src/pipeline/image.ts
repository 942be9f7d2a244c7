import { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { imageStages } from './image-stages.ts'
import { mergePackages, openPackages } from './merge-packages.ts'
import { needsOf } from './needs.ts'
import { signForOldApko } from './old-apko.ts'
import { prepare } from './prepare.ts'
import { openRecorder } from './run-record.ts'
import { startScanner } from './start-scanner.ts'
import { concludeRun, type StageResult } from './stage-result.ts'
import { takeTools } from './take-tools.ts'
import { withCaches } from './with-caches.ts'

/** Images only: apko files to images, from packages of steps and jobs before or of the repositories that the files name. */
export async function image(inputs: Inputs<'image'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const prepared = await prepare(inputs, world)
  const { plan, output, key } = prepared
  const platforms = [...new Set(plan.images.flatMap(({ architectures }) => architectures))]
  const given = await openPackages(inputs.packages, { key, platforms }, world)
  const names = [
    'apko' as const,
    ...('apks' in given ? ['melange' as const] : []),
    ...(prepared.scan === undefined ? [] : [prepared.scan.scanner]),
  ]
  const wanted = { inputs, names, needs: needsOf(plan, inputs) }
  const tools = await recorder.stage('tools', () => takeTools(wanted, world))
  const { apko, melange } = tools
  if (apko === undefined) throw new Failure('TOOL_MISSING', 'there is no apko')
  const scan = startScanner({ plan: prepared.scan, deadline: inputs.deadline }, tools, world)
  const merged =
    'apks' in given && melange !== undefined
      ? await recorder.stage('packages', () => mergePackages({ ...given, key, melange, output }, world))
      : undefined
  if (merged && melange) await signForOldApko(merged, { apko, melange }, world)
  const facts = {
    parameters: givenParameters('image', inputs),
    files: prepared.files,
    tools: Object.values(tools),
  }
  const provenance = { ...facts, startedAt: recorder.startedAt.toISOString() }
  const repository = merged?.repository ?? ('repository' in given ? given.repository : undefined)
  const wish = { ...prepared, inputs, apko, repository, provenance, scan }
  const { images, failures, packageBundles } = await withCaches(
    { cache: inputs.cache, plan },
    world,
    ({ downloads }) => imageStages({ ...wish, downloads }, { world, recorder }),
  )
  const packages = merged === undefined ? {} : { packages: { ...merged.record, bundles: packageBundles } }
  const record = recorder.record({ ...facts, images, ...packages })
  return concludeRun(record, { output, table: outputs, failures })
}
