import type { LockChange } from '../domain/lock.ts'
import { compareVersions } from '../domain/version-order.ts'
import type { Lock, LockedPackage } from './lock-file.ts'

/** What the second lock has otherwise than the first, by platform and name. */
export function differenceOf(
  before: Pick<Lock, 'packages'>,
  after: Pick<Lock, 'packages'>,
): readonly LockChange[] {
  const [from, to] = [byPlace(before), byPlace(after)]
  const places = [...new Set([...from.keys(), ...to.keys()])].sort()
  return places.flatMap(place => changeOf(from.get(place), to.get(place)) ?? [])
}

function byPlace({ packages }: Pick<Lock, 'packages'>): ReadonlyMap<string, LockedPackage> {
  return new Map(packages.map(each => [`${each.architecture.platform} ${each.name}`, each]))
}

function changeOf(
  before: LockedPackage | undefined,
  after: LockedPackage | undefined,
): LockChange | undefined {
  const known = after ?? before
  if (known === undefined) return undefined
  const place = { platform: known.architecture.platform, name: known.name }
  if (before === undefined) return { ...place, kind: 'added', to: known.version }
  if (after === undefined) return { ...place, kind: 'removed', from: known.version }
  const versions = { from: before.version, to: after.version }
  const order = compareVersions(before.version, after.version)
  if (order !== 0) return { ...place, kind: order < 0 ? 'upgraded' : 'downgraded', ...versions }
  return before.checksum === after.checksum ? undefined : { ...place, kind: 'rebuilt', ...versions }
}

/** A change as a line of the log: `linux/amd64: busybox upgraded, 1.36.1-r2 -> 1.37.0-r0`. */
export function changeText({ platform, name, kind, from, to }: LockChange): string {
  const versions = [...new Set([from, to].filter(version => version !== undefined))]
  return `${platform}: ${name} ${kind}, ${versions.join(' -> ')}`
}
