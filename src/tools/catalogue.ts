import semver from 'semver'
import type { ToolName } from '../domain/tool.ts'
import releases from './catalogue.json' with { type: 'json' }

/** Version → `<os>_<arch>` → sha256 (hex) of the release tarball. Where those of scanners are from: docs/decisions/0011. */
export type ToolReleases = Readonly<Record<string, Readonly<Record<string, string>>>>

const catalogue: Readonly<Record<ToolName, ToolReleases>> = releases

/** The versions that are used when none is asked for. */
export const defaultVersions: Readonly<Record<ToolName, string>> = {
  apko: '1.2.39',
  melange: '0.56.5',
  grype: '0.120.1',
  trivy: '0.74.0',
}

/** sha256 (hex) of the tarball for a platform such as `linux_amd64`; undefined when the catalogue lacks it. */
export function knownSha256(name: ToolName, version: string, platform: string): string | undefined {
  return catalogue[name][version]?.[platform]
}

/** Versions that the catalogue has for the platform, oldest first. */
export function knownVersions(name: ToolName, platform: string): readonly string[] {
  return semver.sort(Object.keys(catalogue[name]).filter(version => catalogue[name][version]?.[platform]))
}

/** Platforms that the catalogue has of the version: `linux_amd64`, … */
export function knownPlatforms(name: ToolName, version: string): readonly string[] {
  return Object.keys(catalogue[name][version] ?? {})
}

/** The newest version that the catalogue has for the platform; undefined when it has none. */
export function latestVersion(name: ToolName, platform: string): string | undefined {
  return knownVersions(name, platform).at(-1)
}

/** Known neighbours of a version, to be named in a hint: `1.2.37, 1.2.39 (latest)`; empty when nothing is known for the platform. */
export function neighbours(name: ToolName, version: string, platform: string): string {
  const known = knownVersions(name, platform).filter(each => each !== version)
  const below = known.findLast(each => semver.lt(each, version))
  const above = known.find(each => semver.gt(each, version))
  const latest = known.at(-1)
  const named = [...new Set([below, above, latest])].filter(each => each !== undefined)
  return named.map(each => (each === latest ? `${each} (latest)` : each)).join(', ')
}
