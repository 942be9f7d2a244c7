import type { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { outputsOf } from '../report/outputs.ts'
import { releaseOutputs } from '../report/release-outputs.ts'
import { releasePart } from '../report/release-part.ts'
import { readRecords } from './read-records.ts'
import { planRelease } from './release-plan.ts'
import { openRecorder } from './run-record.ts'
import type { StageResult } from './stage-result.ts'

/** Releases what earlier steps built. */
export async function release(inputs: Inputs<'release'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const { workspace } = world.machine
  const found: Failure[] = []
  const folders = (await collect(found, () => readRecords(inputs.record, workspace))) ?? []
  const plan = await collect(found, () => planRelease(inputs, world))
  throwIfAny(found)
  const [first] = folders
  if (plan === undefined || first === undefined) throw new TypeError('a release was planned of nothing')
  const startedAt = recorder.startedAt.toISOString()
  const { record, failures } = await recorder.stage('release', async () => {
    const { releaseStage } = await import('./release-stage.ts')
    return releaseStage({ plan, folders, startedAt }, world)
  })
  return {
    outputs: outputsOf(releaseOutputs, {
      record: { ...first.record, release: record },
      output: first.folder,
    }),
    summary: `${releasePart(record).join('\n\n')}\n`,
    failures,
  }
}
