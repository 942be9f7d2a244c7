import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { findReleaseMismatch } from './package-version-check.ts'
import { planPrune, type PrunePlan } from './prune-plan.ts'
import { readRecords } from './read-records.ts'
import { planRelease } from './release-plan.ts'
import type { ReleaseStage } from './release-stage.ts'
import { openRepositoryFolder } from './repository-folder.ts'

export interface PreparedRelease {
  /** Undefined when there is nothing to release. */
  readonly releasing: Omit<ReleaseStage, 'startedAt'> | undefined
  /** Undefined when nothing is cleaned. */
  readonly cleaning: PrunePlan | undefined
}

/** Looks at everything that the inputs name, and tells all that is wrong at once. */
export async function prepareRelease(inputs: Inputs<'release'>, world: World): Promise<PreparedRelease> {
  const { workspace } = world.machine
  const releases = !isEmpty(inputs)
  const found: Failure[] = releases || inputs.prune !== 'false' ? [] : [nothing()]
  const folders = (await collect(found, () => readRecords(inputs.record, workspace))) ?? []
  const repository = await collect(found, () => repositoryOf(inputs.packages, workspace))
  const plan = releases ? await collect(found, () => planRelease(inputs, world)) : undefined
  const mismatch =
    plan === undefined || !inputs['version-check']
      ? undefined
      : findReleaseMismatch(
          plan.tag,
          folders.map(({ record }) => record),
        )
  if (mismatch !== undefined) found.push(mismatch)
  const cleaning = await collect(found, () => planPrune(inputs, folders, world))
  throwIfAny(found)
  return { releasing: plan && { plan, folders, packages: repository?.folder }, cleaning }
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
