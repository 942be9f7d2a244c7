import { tagOf, type RunContext } from '../domain/run-context.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import { splitRevision, suggestVersion } from '../melange/package-version.ts'
import type { ComputedTags } from '../tags/compute-tags.ts'
import type { ImagePlan } from './plan.ts'

/** An image with all that its version hangs on. */
export interface Versioned {
  readonly image: ImagePlan
  readonly tagged: ComputedTags
  readonly context: RunContext
  /** The package that it is there for; undefined when that is not known. */
  readonly package: MelangeFile | undefined
}

interface PackageWish {
  readonly melange: readonly MelangeFile[]
  readonly tagged: ComputedTags
  readonly context: RunContext
}

/**
 * The package that an image is there for: the one that a rule of `type=apk` names, the one that the git tag starts with
 * (`senhas/v1.0.0`), the one named like the image or its apko file, the only one.
 */
export function packageOf(
  image: ImagePlan,
  { melange, tagged, context }: PackageWish,
): MelangeFile | undefined {
  const makes = (name: string | undefined): MelangeFile | undefined =>
    melange.find(each => name !== undefined && [each.name, ...each.subpackages].includes(name))
  const tag = tagOf(context) ?? ''
  const ofTag = melange.find(({ name }) => prefixed(tag, name) !== undefined)
  const [only, ...others] = melange
  const names = [...tagged.packages, ofTag?.name, image.name.split('/').at(-1), image.file.name]
  return names.map(makes).find(each => each !== undefined) ?? (others.length === 0 ? only : undefined)
}

/** The version that a git tag is for: `1.0.0` of `v1.0.0`, of `senhas-1.0.0` when the package is called so; undefined when it is no version. */
export function versionInTag(tag: string, name: string | undefined): string | undefined {
  const text = (name === undefined ? undefined : prefixed(tag, name)) ?? tag
  return /^(?:v(?=\d)|(?=\d+\.))(\d+(?:\.\d+)*(?:[-_+~.]?[0-9A-Za-z]+)*)$/i.exec(text)?.[1]
}

/** Whether a git tag starts with the name of a package: `senhas/v1.0.0`, `senhas-1.0.0`. */
export function isTagOf(tag: string, name: string): boolean {
  return prefixed(tag, name) !== undefined
}

function prefixed(tag: string, name: string): string | undefined {
  const rest = tag.startsWith(name) ? /^[-_/@](.+)$/.exec(tag.slice(name.length))?.[1] : undefined
  return rest
}

/**
 * The version that an image is said to be of: its first tag that the clock is not in. On a git tag that is a version the
 * first tag that is that version, else the version itself.
 */
export function imageVersion({ tagged, context, package: file }: Versioned): string | undefined {
  const names = tagged.tags.filter(({ timed }) => !timed).map(({ name }) => name)
  const released = versionInTag(tagOf(context) ?? '', file?.name)
  if (released === undefined) return names[0] ?? file?.version
  const version = { version: released, epoch: file?.epoch ?? 0 }
  return names.find(name => !isShort(name, released) && saysVersion(name, version)) ?? released
}

/** Whether a text says the version of a package: `1.0.0`, `v1.0.0-r0`, `1.0.0-rc.1` for 1.0.0_rc1; `1.0` and `1` for all that start so. */
export function saysVersion(
  text: string,
  { version, epoch }: Pick<MelangeFile, 'version' | 'epoch'>,
): boolean {
  const revision = splitRevision(text)
  if (revision !== undefined && Number(revision.epoch) !== epoch) return false
  const plain = revision?.version ?? text
  return isShort(plain, version) || isSame(plain.replace(/^v(?=\d)/i, ''), version)
}

function isShort(text: string, version: string): boolean {
  const numbers = /^v?(\d+(?:\.\d+)?)$/i.exec(text)?.[1]
  return numbers !== undefined && version.startsWith(`${numbers}.`)
}

function isSame(text: string, version: string): boolean {
  return text === version || (suggestVersion(text) ?? text) === (suggestVersion(version) ?? version)
}
