/** Semantic version, whole (semver.org 2.0.0, with or without `v`); a tag has `-` or `_` where a version has `+`. */
const semantic = /^v?\d+\.\d+\.\d+(?:[-_.][\w.-]+)?$/
/** Version of an apk with its revision, which is whole however few numbers it has: `20240101-r0`, `1.2_p1-r3`. */
const apk = /^\d+(?:\.\d+)*[a-z]?(?:_[a-z]+\d*)*-r\d+$/

/** Whether a tag looks like a whole version (`1.2.3`, `v1.2.3-rc.1`, `1.2.3-r0`), which names one image for ever; not `1`, `1.2`, `latest`, branches. */
export function isFullVersion(tag: string): boolean {
  return semantic.test(tag) || apk.test(tag)
}
