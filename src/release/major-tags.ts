import type { GitTag } from './git-tag.ts'
import { isOlder, versionOfTag, type VersionTag } from './version.ts'

/** A tag that follows the versions of one line: `v1`, `v1.2`. */
export interface MajorTag {
  readonly name: string
  /** Whether a version is of its line. */
  readonly covers: (version: VersionTag) => boolean
}

/** The tags that a version moves; none for a pre-release, and for what is no version. Pure. */
export function majorTagsOf(tag: string): readonly MajorTag[] {
  const its = versionOfTag(tag)
  if (its === undefined || its.version.prerelease.length > 0) return []
  const { major, minor } = its.version
  const isMajor = ({ prefix, version }: VersionTag): boolean =>
    prefix === its.prefix && version.major === major
  return [
    { name: `${its.prefix}${major}`, covers: isMajor },
    {
      name: `${its.prefix}${major}.${minor}`,
      covers: other => isMajor(other) && other.version.minor === minor,
    },
  ]
}

/** Refs of full versions of the line that are newer than the tag, newest last; only one of these can make a move go backwards. Pure. */
export function newerVersions(
  { covers }: MajorTag,
  tag: string,
  refs: readonly Pick<GitTag, 'name' | 'object'>[],
): readonly Pick<GitTag, 'name' | 'object'>[] {
  const its = versionOfTag(tag)
  return refs.filter(({ name }) => {
    const other = versionOfTag(name)
    return (
      its !== undefined &&
      other !== undefined &&
      other.version.prerelease.length === 0 &&
      covers(other) &&
      isOlder(its, other)
    )
  })
}
