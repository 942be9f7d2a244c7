import { join, relative } from 'node:path'
import type { PackagesOfRecord } from '../domain/build-record.ts'
import type { Architecture } from '../domain/architecture.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import { findRepositories, isLeftInPlace } from '../melange/find-repositories.ts'
import { mergeRepositories } from '../melange/merge-repositories.ts'
import { openSigningKey } from '../melange/signing-key.ts'
import { verifyLegs } from '../melange/verify-legs.ts'
import type { VerifiedApk } from '../melange/verify-repository.ts'
import type { World } from '../ports.ts'
import { openRepositoryFolder } from './repository-folder.ts'

/** Packages that an image is made from: one repository as it is, or those of several legs, verified and to be merged. */
export type GivenPackages =
  | { readonly repository: LocalRepository | undefined }
  | { readonly legs: readonly string[]; readonly apks: readonly VerifiedApk[] }

/**
 * Looks at the folders that the input `packages` names. One that a package step of this job left in its place is taken as it is; whatever came
 * another way is verified, to be merged and signed anew, as is everything when a key is given. Fails with CONFIG_MISSING or PACKAGES_INVALID.
 */
export async function openPackages(
  folders: readonly string[],
  { key, platforms }: { key: string | undefined; platforms: readonly Architecture[] },
  { machine: { workspace }, log }: Pick<World, 'machine' | 'log'>,
): Promise<GivenPackages> {
  const { legs, empty } = await findRepositories(folders, workspace)
  for (const folder of empty) await openRepositoryFolder(folder, workspace)
  const [first, ...others] = legs
  if (first === undefined) return { repository: undefined }
  if (others.length === 0 && key === undefined && (await isLeftInPlace(first))) {
    return { repository: await openRepositoryFolder(first.title, workspace) }
  }
  const apks = await verifyLegs(legs, platforms)
  for (const leg of legs) {
    const count = apks.filter(apk => apk.leg === leg).length
    log.info(`${leg.title}: index and packages verified (${count})`)
  }
  return { legs: legs.map(({ title }) => title), apks }
}

export interface MergeWish {
  readonly legs: readonly string[]
  readonly apks: readonly VerifiedApk[]
  readonly melange: Tool
  /** PEM; without one a pair is made. */
  readonly key: string | undefined
  /** Absolute path of the output folder. */
  readonly output: string
}

export interface MergedPackages {
  readonly repository: LocalRepository
  readonly key: SigningKey
  readonly record: PackagesOfRecord
}

/** Merges verified packages into `<output>/packages`, signed with the key of this job. */
export async function mergePackages(
  { legs, apks, melange, key: pem, output }: MergeWish,
  world: World,
): Promise<MergedPackages> {
  const folder = join(world.machine.temp, 'key')
  const wish = { name: 'melange.rsa', folder, ...(pem === undefined ? {} : { pem }) }
  const key = await openSigningKey(wish, melange, world)
  const repository = await mergeRepositories(
    { apks, melange, key, repository: join(output, 'packages') },
    world,
  )
  const record: PackagesOfRecord = {
    folder: relative(output, repository.folder),
    publicKey: relative(output, repository.publicKey),
    throwAwayKey: key.throwAway,
    legs,
    built: repository.packages,
  }
  return { repository, key, record }
}
