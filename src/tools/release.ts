import type { Architecture } from '../domain/architecture.ts'
import type { Machine } from '../domain/machine.ts'
import type { ToolName } from '../domain/tool.ts'
import { releasePages } from './release-pages.ts'

/** The tarball of one version for one platform, as the tools' release pages name it. */
export interface Tarball {
  readonly name: ToolName
  /** Without `v`: `1.2.39`. */
  readonly version: string
  /** `linux_amd64` */
  readonly platform: string
}

/** A tarball, where it is, and what it must be. */
export interface Release extends Tarball {
  /** sha256 (hex) that the tarball must have. */
  readonly sha256: string
  /** Base URL, without a slash at its end, that stands in for https://github.com. */
  readonly mirror: string
}

/** Whether the tool's release pages have tarballs for the architecture. */
export function isReleased(name: ToolName, { name: architecture }: Architecture): boolean {
  return releasePages[name].architectures.includes(architecture)
}

/** `linux_amd64` */
export function platformOf({ os, architecture }: Pick<Machine, 'os' | 'architecture'>): string {
  return `${os}_${architecture.name}`
}

/** The tarball's name without its ending: `apko_1.2.39_linux_amd64`, `trivy_0.74.0_Linux-64bit`. */
export function stemOf({ name, version, platform }: Tarball): string {
  return `${name}_${version}_${releasePages[name].platform(platform)}`
}

/** What every path in the tarball starts with: the one folder `apko_1.2.39_linux_amd64/`; nothing in a flat tarball. */
export function topOf(tarball: Tarball): string {
  return releasePages[tarball.name].flat ? '' : `${stemOf(tarball)}/`
}

/** `apko 1.2.39 for linux/amd64` */
export function titleOf({ name, version, platform }: Tarball): string {
  return `${name} ${version} for ${platform.replace('_', '/')}`
}

export function tarballUrl(mirror: string, tarball: Tarball): string {
  return `${releaseUrl(mirror, tarball)}/${stemOf(tarball)}.tar.gz`
}

export function checksumsUrl(mirror: string, tarball: Tarball): string {
  return `${releaseUrl(mirror, tarball)}/${checksumsName(tarball)}`
}

/** Name of the release's file of checksums. */
export function checksumsName({ name, version }: Tarball): string {
  return releasePages[name].checksums(version)
}

/** The release's page for people. */
export function pageUrl({ name, version }: Tarball): string {
  return `https://github.com/${releasePages[name].repository}/releases/tag/v${version}`
}

function releaseUrl(mirror: string, { name, version }: Tarball): string {
  return `${mirror.replace(/\/+$/, '')}/${releasePages[name].repository}/releases/download/v${version}`
}
