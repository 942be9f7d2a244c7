import type { ToolName } from '../domain/tool.ts'

/** How a tool's releases are laid out on GitHub. */
export interface ReleasePage {
  readonly repository: string
  /** Architectures that it has tarballs for, by our short names. */
  readonly architectures: readonly string[]
  /** Part of a tarball's name that stands for `linux_amd64`. */
  readonly platform: (platform: string) => string
  /** Name of the file of checksums. */
  readonly checksums: (version: string) => string
  /** Whether the tarball has its files at the top, not below one folder. */
  readonly flat: boolean
}

const chainguard = (name: string): ReleasePage => ({
  repository: `chainguard-dev/${name}`,
  architectures: ['amd64', 'arm64', '386', 'ppc64le', 's390x', 'riscv64'],
  platform: platform => platform,
  checksums: () => 'checksums.txt',
  flat: false,
})

const trivyPlatforms: Readonly<Record<string, string>> = {
  linux_amd64: 'Linux-64bit',
  linux_arm64: 'Linux-ARM64',
  linux_386: 'Linux-32bit',
  linux_ppc64le: 'Linux-PPC64LE',
  linux_s390x: 'Linux-s390x',
  darwin_amd64: 'macOS-64bit',
  darwin_arm64: 'macOS-ARM64',
}

export const releasePages: Readonly<Record<ToolName, ReleasePage>> = {
  apko: chainguard('apko'),
  melange: chainguard('melange'),
  grype: {
    repository: 'anchore/grype',
    architectures: ['amd64', 'arm64', 'ppc64le', 's390x'],
    platform: platform => platform,
    checksums: version => `grype_${version}_checksums.txt`,
    flat: true,
  },
  trivy: {
    repository: 'aquasecurity/trivy',
    architectures: ['amd64', 'arm64', '386', 'ppc64le', 's390x'],
    platform: platform => trivyPlatforms[platform] ?? platform,
    checksums: version => `trivy_${version}_checksums.txt`,
    flat: true,
  },
}
