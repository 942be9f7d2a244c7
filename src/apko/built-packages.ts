import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { LockWish } from '../domain/lock.ts'
import { isBuiltRepository } from './local-repository.ts'
import type { Lock, LockedPackage } from './lock-file.ts'
import { updateHint } from './read-lock.ts'

/** Whether a locked package lies in the repository of this run. */
export function isBuilt({ url }: Pick<LockedPackage, 'url'>): boolean {
  const folder = /^(.*)\/[^/]+\/[^/]+$/.exec(url)?.[1]
  return folder !== undefined && isBuiltRepository(folder)
}

/**
 * A lock with the packages of this run as they are today: they are locked by name and version, for each commit builds them anew.
 * `fresh` is what apko resolved from their signed index. Fails with LOCK_STALE when they are others than the lock has.
 */
export function withBuiltPackages(lock: Lock, fresh: Lock, { file }: Pick<LockWish, 'file'>): Lock {
  const placeOf = ({ architecture, name }: LockedPackage): string => `${architecture.platform} ${name}`
  const today = new Map(fresh.packages.filter(isBuilt).map(each => [placeOf(each), each]))
  const locked = new Map(lock.packages.map(each => [placeOf(each), each]))
  const stale = (why: string): Failure =>
    new Failure('LOCK_STALE', `the lock ${file} is out of date: ${why}`, {
      at: { file, line: 1 },
      hint: updateHint,
    })
  const platforms = new Set(fresh.packages.map(({ architecture }) => architecture.platform))
  const found = [
    ...[...today].flatMap(([place, { version }]) => {
      const before = locked.get(place)?.version
      if (before === version) return []
      return stale(`${place} ${version} is built in this run, it has ${before ?? 'no such package'}`)
    }),
    ...[...locked]
      .filter(
        ([place, each]) => isBuilt(each) && platforms.has(each.architecture.platform) && !today.has(place),
      )
      .map(([place, { version }]) => stale(`it has ${place} ${version}, which is not built in this run`)),
  ]
  throwIfAny(found)
  return { ...lock, packages: lock.packages.map(each => today.get(placeOf(each)) ?? each) }
}
