/**
 * Three numbers and what follows: semver.org 2.0.0, PEP 440 (`1.0.0rc1`, `1.0.0.post1`), letters (`1.1.1w`); with or without `v`. A tag
 * has `-` or `_` where a version has `+`.
 */
const threeNumbers = /^v?\d+\.\d+\.\d+(?:\.\d+)*(?:[A-Za-z]+\d*)?(?:[-_.][\w.-]+)?$/
/** PEP 440 with the number of a pre-release, post-release or development release, which is whole with two numbers, too: `1.0rc1`. */
const pep440 = /^v?\d+\.\d+(?:(?:a|b|rc)\d+|\.post\d+|\.dev\d+)+(?:[-_][\w.-]+)?$/
/** Version of an apk with its revision, which is whole however few numbers it has: `20240101-r0`, `1.2_p1-r3`. */
const apk = /^v?\d+(?:\.\d+)*[a-z]?(?:_[a-z]+\d*)*-r\d+$/
/** A name before a version (`senhas-1.2.3`, `my-app-v1.2.3`): words with a letter each. */
const named = /^[A-Za-z][\w.]*(?:-(?:[A-Za-z_][\w.]*|\d+[A-Za-z_]\w*))*-(?=v?\d)/
/** Last words of a name that say that the tag moves all the same: channels, and branches such as `release/1.2.3`. */
const moving =
  /(?:^|-)(?:branch|bugfix|canary|daily|dev|devel|develop|edge|feature|head|hotfix|latest|main|master|nightly|pr|releases?|snapshot|support|trunk|weekly)-$/i

/**
 * Whether a tag looks like a whole version (`1.2.3`, `v1.2.3-rc.1`, `1.0.0rc1`, `1.2.3-r0`, `senhas-1.2.3`), which names one image for
 * ever; not `1`, `1.2`, `latest`, branches, `nightly-1.2.3`.
 */
export function isFullVersion(tag: string): boolean {
  const [name = ''] = named.exec(tag) ?? []
  const version = tag.slice(name.length)
  return !moving.test(name) && [threeNumbers, pep440, apk].some(each => each.test(version))
}
