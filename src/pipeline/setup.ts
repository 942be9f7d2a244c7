import { dirname } from 'node:path'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputsOf, setupOutputs } from '../report/outputs.ts'
import { openRecorder } from './run-record.ts'
import type { StageResult } from './stage-result.ts'
import { takeTools } from './take-tools.ts'

/** Both tools, verified, in the tool cache; their folders are to be put on PATH. */
export async function setup(inputs: Inputs<'setup'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const taken = await recorder.stage('tools', () =>
    takeTools({ inputs, names: ['melange', 'apko'], needs: [] }, world),
  )
  const tools = Object.values(taken)
  const record = recorder.record({
    parameters: givenParameters('setup', inputs),
    files: [],
    tools,
    images: [],
  })
  return {
    outputs: outputsOf(setupOutputs, { record, output: '' }),
    paths: tools.map(({ path }) => dirname(path)),
  }
}
