import type { ToolName } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { imageStages } from './image-stages.ts'
import { makePackages } from './make-packages.ts'
import { needsOf } from './needs.ts'
import { signForOldApko } from './old-apko.ts'
import type { Plan } from './plan.ts'
import { prepare } from './prepare.ts'
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
  const images = apko
    ? await imageStages({ ...prepared, inputs, apko, repository: made?.repository }, { world, recorder })
    : []

  const packages = made === undefined ? {} : { packages: made.record }
  const record = recorder.record({ tools: Object.values(tools), images, ...packages })
  return concludeRun(record, { output, table: outputs })
}

function toolsOf({ packages, images }: Plan): readonly ToolName[] {
  const [melange, apko] = [packages.files.length > 0, images.length > 0]
  return [...(melange ? ['melange' as const] : []), ...(apko ? ['apko' as const] : [])]
}
