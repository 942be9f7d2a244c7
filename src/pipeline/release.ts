import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputsOf } from '../report/outputs.ts'
import { prunePart } from '../report/prune-part.ts'
import { pruneOutputs, releaseOutputs } from '../report/release-outputs.ts'
import { releasePart } from '../report/release-part.ts'
import { prepareRelease } from './prepare-release.ts'
import { openRecorder } from './run-record.ts'
import type { StageResult } from './stage-result.ts'

/** Releases what earlier steps built, then cleans packages where that is asked for; either may be done without the other. */
export async function release(inputs: Inputs<'release'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const { releasing, cleaning } = await prepareRelease(inputs, world)
  const startedAt = recorder.startedAt.toISOString()
  const done =
    releasing &&
    (await recorder.stage('release', async () => {
      const { releaseStage } = await import('./release-stage.ts')
      return releaseStage({ ...releasing, startedAt }, world)
    }))
  const cleaned =
    cleaning &&
    (await recorder.stage('prune', async () => {
      const { prunePackages } = await import('./prune-packages.ts')
      return prunePackages(cleaning, world)
    }))
  const record = recorder.record({
    parameters: givenParameters('release', inputs),
    files: [],
    tools: [],
    images: [],
    ...(done && { release: done.record }),
    ...(cleaned && { pruned: cleaned.reports }),
  })
  const parts = [...releasePart(record.release), ...prunePart(record.pruned)]
  return {
    outputs: outputsOf({ ...releaseOutputs, ...pruneOutputs }, { record, output: world.machine.workspace }),
    summary: `${parts.join('\n\n')}\n`,
    failures: [done, cleaned].flatMap(each => each?.failures ?? []),
  }
}
