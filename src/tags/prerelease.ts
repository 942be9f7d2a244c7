import { explain, valid as isPep440 } from '@renovatebot/pep440'
import { parse } from 'semver'

/** Whether a git tag or version is that of a pre-release, by semver, PEP 440 or apk; `release-1.0.0-rc.1` counts as well. */
export function isPrerelease(text: string): boolean {
  const plain = text.replace(/-r\d+$/, '')
  const numbered = /(?:^|[^A-Za-z\d.])v?(\d+(?:\.\d+)+.*)$/.exec(plain)?.[1]
  return [plain, plain.split('/').at(-1) ?? '', numbered ?? ''].some(
    each => isSemverPrerelease(each) || isPep440Prerelease(each) || isApkPrerelease(each),
  )
}

function isSemverPrerelease(text: string): boolean {
  return (parse(text)?.prerelease.length ?? 0) > 0
}

function isPep440Prerelease(text: string): boolean {
  return isPep440(text) !== null && explain(text)?.is_prerelease === true
}

/** Suffixes that apk puts before the version itself. */
export function isApkPrerelease(version: string): boolean {
  return /^\d[\w.]*_(alpha|beta|pre|rc)\d*/.test(version)
}
