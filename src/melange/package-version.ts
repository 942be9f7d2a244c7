/**
 * apk's version grammar as apko and melange read it (apk-tools version.c), without the revision `-rN`, which a melange file
 * gives as `package.epoch`.
 */
const grammar = /^\d+(\.\d+)*[a-z]?((_alpha|_beta|_pre|_rc)\d*)?((_cvs|_svn|_git|_hg|_p)\d*)?$/

export const versionRule =
  'numbers with dots, one letter at most, then _alpha, _beta, _pre or _rc, then _p, _git, _hg, _svn or _cvs'

/** Whether apk can read and compare the version (without `-rN`). */
export function isPackageVersion(text: string): boolean {
  return grammar.test(text)
}

const suffixes: Readonly<Record<string, string>> = {
  a: '_alpha',
  alpha: '_alpha',
  b: '_beta',
  beta: '_beta',
  dev: '_pre',
  pre: '_pre',
  preview: '_pre',
  snapshot: '_pre',
  rc: '_rc',
  p: '_p',
  patch: '_p',
  post: '_p',
}

/** The apk version that someone most likely meant (`v1.0.0-beta.2` is `1.0.0_beta2`); undefined when no guess is good. */
export function suggestVersion(text: string): string | undefined {
  const spelled = /^v?(\d+(?:\.\d+)*(?:[a-z](?![a-z\d]))?)(?:[-_.~]?([a-z]+)[-_.]?(\d*))?(?:\+.*)?$/i.exec(
    text.trim(),
  )
  if (spelled === null) return undefined
  const [, numbers = '', word = '', count = ''] = spelled
  const suffix = word === '' ? '' : suffixes[word.toLowerCase()]
  if (suffix === undefined) return undefined
  const guess = `${numbers.toLowerCase()}${suffix}${count}`
  return guess !== text && isPackageVersion(guess) ? guess : undefined
}

/** Parts of `1.0.0-r2`; undefined when there is no revision. */
export function splitRevision(text: string): { version: string; epoch: string } | undefined {
  const parts = /^(.+)-r(\d+)$/.exec(text)
  return parts === null ? undefined : { version: parts[1] ?? '', epoch: parts[2] ?? '' }
}
