import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReleaseOfRecord } from '../domain/release-record.ts'
import type { Failure } from '../domain/failure.ts'
import type { RunContext } from '../domain/run-context.ts'
import type { World } from '../ports.ts'
import { makeRelease } from '../release/make-release.ts'
import { moveMajorTags } from '../release/move-major-tags.ts'
import { joinRecords, type RecordFolder } from '../release/released.ts'
import type { ReleasePlan } from './release-plan.ts'

export interface ReleaseStage {
  readonly plan: ReleasePlan
  readonly folders: readonly RecordFolder[]
  /** An apk repository instead of the one that the records name, absolute path. */
  readonly packages?: string | undefined
  /** When the run began, ISO 8601: of two runs the later one writes the release. */
  readonly startedAt: string
}

export interface Released {
  readonly record: ReleaseOfRecord
  /** Tags that could not be moved; the release itself is there. */
  readonly failures: readonly Failure[]
}

/** Makes the release, then moves the tags that follow versions. Fails as `makeRelease` does. */
export async function releaseStage(
  { plan, folders, packages, startedAt }: ReleaseStage,
  world: World,
): Promise<Released> {
  const temp = join(world.machine.temp, 'release')
  await mkdir(temp, { recursive: true })
  const released = joinRecords(folders)
  const { context } = world
  const made = await makeRelease(
    {
      ...plan,
      commit: released.commit ?? context.commit,
      writer: { run: runOf(context), started: startedAt },
      released,
      folders,
      packages,
      temp,
    },
    world,
  )
  const { release, assets, outcome, commit, room } = made
  const tags =
    plan.majorTag && !release.draft && !release.prerelease
      ? await moveMajorTags({ tag: plan.tag, commit }, room)
      : undefined
  if (plan.majorTag && tags === undefined)
    world.log.notice(`no tag like v1 is moved: ${plan.tag} is ${release.draft ? 'a draft' : 'a pre-release'}`)
  return {
    failures: tags?.failures ?? [],
    record: {
      tag: plan.tag,
      id: release.id,
      url: release.url,
      draft: release.draft,
      outcome,
      assets: assets.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
      majorTags: tags?.moved ?? [],
    },
  }
}

/** `4711.2` */
function runOf({ url, attempt }: RunContext): string {
  const id = /\/runs\/(\d+)$/.exec(url ?? '')?.[1]
  return id === undefined ? 'laptop' : `${id}.${attempt ?? '1'}`
}
