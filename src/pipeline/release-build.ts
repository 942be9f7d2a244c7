import { join } from 'node:path'
import type { ReleaseOfRecord } from '../domain/release-record.ts'
import type { Failure } from '../domain/failure.ts'
import { foreseen } from '../domain/outcome.ts'
import type { World } from '../ports.ts'
import type { ReleasePlan } from './release-plan.ts'
import { recordFile, writeRecord, type RunRecorder, type RunResults } from './run-record.ts'

export interface ReleaseOfBuild {
  readonly plan: ReleasePlan | undefined
  readonly results: RunResults
  /** Absolute path of the output folder. */
  readonly output: string
  /** What failed before; then nothing is released. */
  readonly failed: readonly Failure[]
}

/**
 * The release at the end of the pipeline. Images are public by then, so that a release that fails takes nothing back: it is told
 * once outputs and summary were handed over.
 */
export async function releaseBuild(
  { plan, results, output, failed }: ReleaseOfBuild,
  { world, recorder }: { readonly world: World; readonly recorder: RunRecorder },
): Promise<{ readonly record?: ReleaseOfRecord; readonly failures: readonly Failure[] }> {
  if (plan === undefined) return { failures: [] }
  if (failed.length > 0) {
    world.log.notice(`${plan.tag} is not released, since not everything was made`)
    return { failures: [] }
  }
  const record = recorder.record(results)
  await writeRecord(record, output)
  const folders = [{ record, folder: output, file: join(output, recordFile) }]
  try {
    return await recorder.stage('release', async () => {
      const { releaseStage } = await import('./release-stage.ts')
      return releaseStage({ plan, folders, startedAt: recorder.startedAt.toISOString() }, world)
    })
  } catch (error) {
    return { failures: foreseen(error) }
  }
}
