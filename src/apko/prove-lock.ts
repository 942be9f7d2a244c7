import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { ImageWish } from './image-request.ts'
import type { InstalledPackage } from './installed-database.ts'
import { isBuilt } from './built-packages.ts'
import { packageNameOf } from './package-name.ts'
import type { LockedPackage } from './lock-file.ts'
import { updateHint } from './read-lock.ts'
import type { SettledLock } from './settle-lock.ts'
import type { WrittenSbom } from './write-sboms.ts'

/**
 * Compares what every platform has installed, by its own package database, with the lock that it was built by: name, version
 * and checksum of each package, and nothing besides (but for what a base image brings). Fails with LOCK_STALE otherwise, and
 * when a package that is asked for, or that a package of this run needs, is not there.
 */
export function proveLock(
  { packages, proven }: SettledLock,
  written: readonly Pick<WrittenSbom, 'platform' | 'installed'>[],
  { wish, added }: { readonly wish: ImageWish; readonly added: readonly string[] },
): void {
  const hasBase = wish.file.needs.some(
    ({ ability }) => 'feature' in ability && ability.feature === 'contents.baseimage',
  )
  const failures = written.flatMap(({ platform: { architecture }, installed }) => {
    const locked = packages.filter(each => each.architecture === architecture)
    const wanted = [...wish.file.packages, ...added]
    // What was resolved in this run has all that is needed.
    const given = proven !== undefined && proven.mode !== 'update'
    const wrong = [...apart(locked, installed, hasBase), ...(given ? unmet(locked, installed, wanted) : [])]
    return wrong.map(why => unlike(proven, `${architecture.platform}: ${why}`, wish))
  })
  throwIfAny(failures)
}

function apart(
  locked: readonly LockedPackage[],
  installed: readonly InstalledPackage[],
  hasBase: boolean,
): readonly string[] {
  const there = new Map(installed.map(each => [each.name, each]))
  const names = new Set(locked.map(({ name }) => name))
  const wrong = locked.flatMap(({ name, version, checksum }) => {
    const found = there.get(name)
    if (found === undefined) return `${name} ${version} was not installed`
    if (found.version !== version) return `${name} ${found.version} was installed, not ${version}`
    return found.checksum === checksum ? [] : `${name} ${version} was installed with another checksum`
  })
  const more = hasBase ? [] : installed.filter(({ name }) => !names.has(name))
  return [
    ...wrong,
    ...more.map(({ name, version }) => `${name} ${version} was installed, though it is not listed`),
  ]
}

/** What is asked for and not there: apko installs what a lock lists, whatever the file or inputs ask for. */
function unmet(
  locked: readonly LockedPackage[],
  installed: readonly InstalledPackage[],
  wanted: readonly string[],
): readonly string[] {
  const there = new Set(
    installed.flatMap(({ name, provides }) => [name, ...provides.map(each => packageNameOf(each))]),
  )
  const built = new Set(locked.filter(isBuilt).map(({ name }) => name))
  const needs = installed.filter(({ name }) => built.has(name)).flatMap(each => each.depends)
  return [...new Set([...wanted, ...needs].filter(entry => !entry.startsWith('!')))]
    .filter(entry => !there.has(packageNameOf(entry)))
    .map(entry => `"${entry}" is needed, and nothing is or provides it`)
}

function unlike(proven: SettledLock['proven'], why: string, { file: { file } }: ImageWish): Failure {
  if (proven === undefined || proven.mode === 'update') {
    return new Failure('IMAGE_FAILED', `${file}: what apko installed is not what it resolved: ${why}`, {
      hint: 'Run again; the packages may have been changed in between.',
    })
  }
  return new Failure('LOCK_STALE', `the lock ${proven.file} is not what was built: ${why}`, {
    at: { file: proven.file, line: 1 },
    hint: updateHint,
  })
}
