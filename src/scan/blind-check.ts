import { Failure } from '../domain/failure.ts'
import type { ScanReport, ScanTarget } from './scanner-driver.ts'

const mostNamed = 5

/**
 * Throws SCAN_BLIND when the scanner saw fewer packages than the image's own package database lists, or has no data of its
 * distribution: then it finds nothing, whatever is there.
 */
export function checkSight(
  { image, platform }: ScanTarget,
  { packages, distribution }: ScanReport,
  scanner: string,
): void {
  const where = `${platform.platform} in ${image.name}`
  const seen = new Set(packages.map(keyOf))
  const unseen = platform.apks.filter(apk => !seen.has(keyOf(apk)))
  if (unseen.length > 0) {
    const named = unseen.slice(0, mostNamed).map(({ name, version }) => `${name}-${version}`)
    const more = unseen.length > named.length ? ` and ${unseen.length - named.length} more` : ''
    const count = `${platform.apks.length - unseen.length} of the ${platform.apks.length} packages`
    throw new Failure(
      'SCAN_BLIND',
      `${scanner} saw ${count} of ${where}; not seen: ${named.join(', ')}${more}`,
      {
        hint: 'A scan that does not see a package finds nothing in it. Report it with the SBOM of the platform, or set scan: false.',
      },
    )
  }
  if (distribution !== undefined) return
  const id = platform.apks[0]?.distribution
  throw new Failure(
    'SCAN_BLIND',
    `${scanner} knows no vulnerabilities of the distribution ${id === undefined ? '' : `"${id}" `}of ${where}`,
    {
      hint:
        id === undefined
          ? 'Put the package with the os-release of the distribution into the image (wolfi-baselayout, alpine-release), or set scan: false.'
          : `Give a scan-database that has data of ${id}, or set scan: false.`,
    },
  )
}

/** Package URLs have names in lower case, whatever the package is called. */
function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}-${version}`.toLowerCase()
}
