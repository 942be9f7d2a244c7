import { compare, parse, type SemVer } from 'semver'

/** A git tag that names a full version: `v1.2.3`, `1.2.3-rc.1`. */
export interface VersionTag {
  readonly tag: string
  /** `v`, or nothing. */
  readonly prefix: string
  readonly version: SemVer
}

/** Reads a tag as a version (semver 2.0, with or without `v`); undefined when it is none. */
export function versionOfTag(tag: string): VersionTag | undefined {
  const [, prefix = '', text = ''] = /^(v?)(\d+\.\d+\.\d+.*)$/.exec(tag) ?? []
  const version = text === '' ? null : parse(text)
  return version === null ? undefined : { tag, prefix, version }
}

export function isPrerelease(tag: string): boolean {
  return (versionOfTag(tag)?.version.prerelease.length ?? 0) > 0
}

/** Whether the first version goes before the second; build metadata does not count. */
export function isOlder(one: VersionTag, other: VersionTag): boolean {
  return compare(one.version, other.version) < 0
}

export function compareVersions(one: VersionTag, other: VersionTag): number {
  return compare(one.version, other.version)
}
