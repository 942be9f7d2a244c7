import type { Architecture } from '../domain/architecture.ts'
import type { Machine } from '../domain/machine.ts'
import type { ToolName } from '../domain/tool.ts'

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

/** Architectures that the tools' release pages have tarballs for. */
const released = new Set(['amd64', 'arm64', '386', 'ppc64le', 's390x', 'riscv64'])

export function isReleased(architecture: Architecture): boolean {
  return released.has(architecture.name)
}

/** `linux_amd64` */
export function platformOf({ os, architecture }: Pick<Machine, 'os' | 'architecture'>): string {
  return `${os}_${architecture.name}`
}

/** `apko_1.2.39_linux_amd64`: the folder in the tarball, and the tarball's name without its ending. */
export function stemOf({ name, version, platform }: Tarball): string {
  return `${name}_${version}_${platform}`
}

/** `apko 1.2.39 for linux/amd64` */
export function titleOf({ name, version, platform }: Tarball): string {
  return `${name} ${version} for ${platform.replace('_', '/')}`
}

export function tarballUrl(mirror: string, tarball: Tarball): string {
  return `${releaseUrl(mirror, tarball)}/${stemOf(tarball)}.tar.gz`
}

export function checksumsUrl(mirror: string, tarball: Tarball): string {
  return `${releaseUrl(mirror, tarball)}/checksums.txt`
}

function releaseUrl(mirror: string, { name, version }: Tarball): string {
  return `${mirror.replace(/\/+$/, '')}/chainguard-dev/${name}/releases/download/v${version}`
}
