import { Failure } from '../domain/failure.ts'
import { markKeys } from '../domain/image-marks.ts'
import { tagOf } from '../domain/run-context.ts'
import { saysVersion, versionInTag, type Versioned } from './image-version.ts'

/**
 * What is wrong with the versions of an image on a git tag or release that is a version: tag, package and label have to agree.
 * Undefined where they do, and where there is nothing to compare.
 */
export function findMismatch(
  { image, context, package: file }: Versioned,
  label: string | undefined,
): Failure | undefined {
  const tag = tagOf(context)
  const released = versionInTag(tag ?? '', file?.name)
  if (file === undefined || tag === undefined || released === undefined) return undefined
  if (/\$\{\{/.test(file.version)) return undefined
  const [ofTag, ofLabel] = [saysVersion(released, file), label === undefined || saysVersion(label, file)]
  if (ofTag && ofLabel) return undefined
  const at = file.placeOf(['package', 'version'])
  const what = context.release === undefined ? 'git tag' : 'release'
  const lines = [
    `${image.name}: the versions disagree`,
    `  ${what}: ${tag}`,
    `  package ${file.name}: ${file.version}-r${file.epoch} (${at.file}:${at.line ?? 1})`,
    `  label ${markKeys.version}: ${label ?? 'none'}`,
  ]
  return new Failure('VERSION_MISMATCH', lines.join('\n'), {
    at,
    hint: hintFor({ tag, ofTag, file: at.file, released }),
  })
}

function hintFor(wrong: { tag: string; ofTag: boolean; file: string; released: string }): string {
  const off = '"version-check: false" builds all the same.'
  if (wrong.ofTag) return `Take ${markKeys.version} out of "labels" and the apko file; ${off}`
  return `Set "version" in ${wrong.file} to that of the tag, and tag the commit that has it; ${off}`
}
