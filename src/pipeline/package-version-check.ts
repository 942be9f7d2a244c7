import type { BuildRecord } from '../domain/build-record.ts'
import { Failure, type SourcePlace } from '../domain/failure.ts'
import { tagOf, type RunContext } from '../domain/run-context.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import { splitRevision } from '../melange/package-version.ts'
import { isTagOf, saysVersion, versionInTag } from './image-version.ts'

/** A package with its version as apk has it: `1.0.0-r0`. */
interface NamedVersion {
  readonly name: string
  readonly version: string
  readonly at?: SourcePlace
}

/**
 * What is wrong with the version of the package that is built without an image, on a git tag or release that is a version; the
 * package is the one that the tag starts with, else the only one. Undefined where they agree, and where there is nothing to compare.
 */
export function findPackageMismatch(
  melange: readonly MelangeFile[],
  context: RunContext,
): Failure | undefined {
  const packages = melange
    .filter(({ version }) => !version.includes('${{'))
    .map(file => ({
      name: file.name,
      version: `${file.version}-r${file.epoch}`,
      at: file.placeOf(['package', 'version']),
    }))
  // One that only melange can fill in hides which one is the only one.
  if (packages.length < melange.length) return undefined
  return mismatchOf(tagOf(context) ?? '', packages)
}

/** The same of a tag that records are released under. */
export function findReleaseMismatch(tag: string, records: readonly BuildRecord[]): Failure | undefined {
  const mains = new Set(records.flatMap(({ graph }) => graph?.nodes.map(({ package: name }) => name) ?? []))
  const built = records.flatMap(({ packages }) => packages?.built ?? [])
  const distinct = new Map(built.map(each => [`${each.name} ${each.version}`, each]))
  const packages = [...distinct.values()]
    .filter(({ name }) => mains.size === 0 || mains.has(name))
    .map(({ name, version }) => ({ name, version }))
  return mismatchOf(tag, packages)
}

function mismatchOf(tag: string, packages: readonly NamedVersion[]): Failure | undefined {
  const [only, ...others] = packages
  const made = packages.find(({ name }) => isTagOf(tag, name)) ?? (others.length === 0 ? only : undefined)
  const released = versionInTag(tag, made?.name)
  if (made === undefined || released === undefined) return undefined
  const { version, epoch } = splitRevision(made.version) ?? { version: made.version, epoch: '0' }
  if (saysVersion(released, { version, epoch: Number(epoch) })) return undefined
  const { at } = made
  const place = at === undefined ? '' : ` (${at.file}:${at.line})`
  const lines = ['the versions disagree', `git tag: ${tag}`, `package ${made.name}: ${made.version}${place}`]
  return new Failure('VERSION_MISMATCH', lines.join('\n  '), {
    at,
    hint: `Set "version" in ${at?.file ?? 'the melange file'} to that of the tag, and tag the commit that has it; "version-check: false" goes on all the same.`,
  })
}
