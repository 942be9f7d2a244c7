import { compareVersions } from '../domain/version-order.ts'
import { isPackageVersion } from './package-version.ts'

/** A name as apk's `depends` and `provides` write it: `busybox`, `liba>=1.2`, `liba~1`, `so:liba.so.1=1`, `liba=1-r0@edge`. */
export interface Dependency {
  readonly name: string
  /** `=`, `<`, `>`, `<=`, `>=` or `~`; empty when any version will do. */
  readonly operator: string
  readonly version: string
}

/** Reads a dependency; undefined for one that keeps a package away (`!name`). */
export function readDependency(text: string): Dependency | undefined {
  const [, name = '', operator = '', version = ''] = /^([^=<>~@]+)([=<>~]*)([^@]*)/.exec(text.trim()) ?? []
  if (name === '' || name.startsWith('!')) return undefined
  return { name, operator: operator.includes('~') ? '~' : operator, version }
}

/** Whether a package or a provided name of that version will do; what can't be compared will, since melange decides. */
export function isSatisfied({ operator, version: wanted }: Dependency, version: string): boolean {
  if (operator === '' || !isComparable(wanted) || !isComparable(version)) return true
  if (operator === '~') return version.startsWith(wanted) && !/^\d/.test(version.slice(wanted.length))
  const order = compareVersions(version, wanted)
  return (
    (operator.includes('=') && order === 0) ||
    (operator.includes('<') && order < 0) ||
    (operator.includes('>') && order > 0)
  )
}

function isComparable(version: string): boolean {
  return isPackageVersion(version.replace(/-r\d+$/, ''))
}
