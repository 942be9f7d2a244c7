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
  const tag = tagOf(context) ?? ''
  const released = versionInTag(tag, file?.name)
  // A version that only melange can fill in is not known yet.
  if (file === undefined || released === undefined || file.version.includes('${{')) return undefined
  const [ofTag, ofLabel] = [released, label ?? released].map(text => saysVersion(text, file))
  if (ofTag && ofLabel) return undefined
  const at = file.placeOf(['package', 'version'])
  const lines = [
    `${image.name}: the versions disagree`,
    `${context.release === undefined ? 'git tag' : 'release'}: ${tag}`,
    `package ${file.name}: ${file.version}-r${file.epoch} (${at.file}:${at.line})`,
    `label ${markKeys.version}: ${label ?? 'none'}`,
  ]
  const first = ofTag
    ? `Take ${markKeys.version} out of "labels" and the apko file`
    : `Set "version" in ${at.file} to that of the tag, and tag the commit that has it`
  const hint = `${first}; "version-check: false" builds all the same.`
  return new Failure('VERSION_MISMATCH', lines.join('\n  '), { at, hint })
}
