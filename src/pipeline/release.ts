import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Inputs } from '../inputs/actions.ts'
import { givenParameters } from '../inputs/parameters.ts'
import type { World } from '../ports.ts'
import { outputsOf } from '../report/outputs.ts'
import { pruneOutputs, releaseOutputs } from '../report/release-outputs.ts'
import { prunePart } from '../report/prune-part.ts'
import { releasePart } from '../report/release-part.ts'
import { planPrune } from './prune-plan.ts'
import { openRepositoryFolder } from './repository-folder.ts'
import { readRecords } from './read-records.ts'
import { planRelease } from './release-plan.ts'
import { openRecorder } from './run-record.ts'
import type { StageResult } from './stage-result.ts'

/** Releases what earlier steps built, then cleans packages where that is asked for; either may be done without the other. */
export async function release(inputs: Inputs<'release'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const { workspace } = world.machine
  const releases = !isEmpty(inputs)
  const found: Failure[] = releases || inputs.prune !== 'false' ? [] : [nothing()]
  const folders = (await collect(found, () => readRecords(inputs.record, workspace))) ?? []
  const repository = await collect(found, () => repositoryOf(inputs.packages, workspace))
  const plan = releases ? await collect(found, () => planRelease(inputs, world)) : undefined
  const cleaning = await collect(found, () => planPrune(inputs, folders, world))
  throwIfAny(found)
  const startedAt = recorder.startedAt.toISOString()
  const done =
    plan &&
    (await recorder.stage('release', async () => {
      const { releaseStage } = await import('./release-stage.ts')
      return releaseStage({ plan, folders, packages: repository?.folder, startedAt }, world)
    }))
  const cleaned =
    cleaning &&
    (await recorder.stage('prune', async () => {
      const { prunePackages } = await import('./prune-packages.ts')
      return prunePackages(cleaning, world)
    }))
  const results = {
    parameters: givenParameters('release', inputs),
    ...(done === undefined ? {} : { release: done.record }),
    ...(cleaned === undefined ? {} : { pruned: cleaned.reports }),
  }
  const record = recorder.record({ ...results, files: [], tools: [], images: [] })
  return {
    outputs: outputsOf({ ...releaseOutputs, ...pruneOutputs }, { record, output: workspace }),
    summary: `${[...releasePart(done?.record), ...prunePart(cleaned?.reports)].join('\n\n')}\n`,
    failures: [...(done?.failures ?? []), ...(cleaned?.failures ?? [])],
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
