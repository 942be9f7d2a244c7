import type { InstalledPackage } from './installed-database.ts'
import type { Distribution } from './os-release.ts'
import { packageUrlOf } from './package-url.ts'
import type { SpdxPackage } from './spdx.ts'

/** Without these a scanner that reads the SBOM finds nothing in an apk, or misses what is told of its source package. */
const needed = ['distro', 'upstream']

/**
 * The entry with the qualifiers `distro` and `upstream` in the package URL of the installed apk that it stands for; those that
 * it has, and all else, stay. melange writes neither of them into the SBOMs that packages bring along.
 */
export function mendPackageUrl(
  entry: SpdxPackage,
  installed: InstalledPackage,
  distribution: Distribution,
): SpdxPackage {
  const ours = qualifiersOf(packageUrlOf(installed, distribution))
  const externalRefs = entry.externalRefs?.map(ref => {
    if (ref.referenceType !== 'purl' || !ref.referenceLocator.startsWith('pkg:apk/')) return ref
    const has = qualifiersOf(ref.referenceLocator)
    const missing = needed.filter(key => !has.has(key) && ours.has(key))
    if (missing.length === 0) return ref
    const added = missing.map(key => [key, ours.get(key) ?? ''] as const)
    return { ...ref, referenceLocator: withQualifiers(ref.referenceLocator, new Map([...has, ...added])) }
  })
  const same = externalRefs?.every((ref, at) => ref === entry.externalRefs?.[at]) ?? true
  return same || externalRefs === undefined ? entry : { ...entry, externalRefs }
}

/** Qualifiers as they are written, still encoded. */
function qualifiersOf(url: string): ReadonlyMap<string, string> {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ''
  const pairs = query.split('&').filter(Boolean)
  return new Map(pairs.map(pair => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const))
}

/** purl-spec: in the order of their names. */
function withQualifiers(url: string, qualifiers: ReadonlyMap<string, string>): string {
  const [, start = url, , end = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(url) ?? []
  const pairs = [...qualifiers].sort(([one], [other]) => (one < other ? -1 : 1))
  return `${start}?${pairs.map(([key, value]) => `${key}=${value}`).join('&')}${end}`
}
