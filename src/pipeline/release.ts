import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputsOf } from '../report/outputs.ts'
import { releaseOutputs } from '../report/release-outputs.ts'
import { releasePart } from '../report/release-part.ts'
import { openRepositoryFolder } from './repository-folder.ts'
import { readRecords } from './read-records.ts'
import { planRelease } from './release-plan.ts'
import { openRecorder } from './run-record.ts'
import type { StageResult } from './stage-result.ts'

/** Releases what earlier steps built. */
export async function release(inputs: Inputs<'release'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const { workspace } = world.machine
  const found: Failure[] = isEmpty(inputs) ? [nothing()] : []
  const folders = (await collect(found, () => readRecords(inputs.record, workspace))) ?? []
  const repository = await collect(found, () => repositoryOf(inputs.packages, workspace))
  const plan = await collect(found, () => planRelease(inputs, world))
  throwIfAny(found)
  if (plan === undefined) throw new TypeError('no release was planned')
  const startedAt = recorder.startedAt.toISOString()
  const done = await recorder.stage('release', async () => {
    const { releaseStage } = await import('./release-stage.ts')
    return releaseStage({ plan, folders, packages: repository?.folder, startedAt }, world)
  })
  const parameters = givenParameters('release', inputs)
  const record = recorder.record({ parameters, files: [], tools: [], images: [], release: done.record })
  return {
    outputs: outputsOf(releaseOutputs, { record, output: workspace }),
    summary: `${releasePart(done.record).join('\n\n')}\n`,
    failures: done.failures,
  }
}

async function repositoryOf(
  [first, ...others]: readonly string[],
  workspace: string,
): Promise<LocalRepository | undefined> {
  if (others.length === 0) return openRepositoryFolder(first, workspace)
  throw new Failure(
    'INPUT_INVALID',
    'input "packages" names several folders, and a release has one repository',
    {
      hint: 'Merge them with the action image first, whose output "packages" is the merged one.',
    },
  )
}

/** A forgotten record would make an empty release; only a repository that is an action itself has nothing to release but its tag. */
function isEmpty(inputs: Inputs<'release'>): boolean {
  const { record, packages, assets } = inputs
  return record === undefined && packages.length === 0 && assets.length === 0 && !inputs['major-tag']
}

function nothing(): Failure {
  return new Failure('INPUT_INVALID', 'input "record" is not given, so there is nothing to release', {
    hint: 'Give the output "record" of the step that built it, or the path of its giropops.json.',
  })
}
