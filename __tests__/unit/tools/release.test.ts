import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../../src/domain/architecture.ts'
import type { ToolName } from '../../../src/domain/tool.ts'
import { checksumsUrl, isReleased, pageUrl, tarballUrl } from '../../../src/tools/release.ts'

const mirror = 'https://mirror.example/'

describe('where releases are', () => {
  it.each<[ToolName, string, string, string]>([
    [
      'apko',
      'linux_amd64',
      'chainguard-dev/apko/releases/download/v1.2.3/apko_1.2.3_linux_amd64.tar.gz',
      'chainguard-dev/apko/releases/download/v1.2.3/checksums.txt',
    ],
    [
      'grype',
      'darwin_arm64',
      'anchore/grype/releases/download/v1.2.3/grype_1.2.3_darwin_arm64.tar.gz',
      'anchore/grype/releases/download/v1.2.3/grype_1.2.3_checksums.txt',
    ],
    [
      'trivy',
      'linux_amd64',
      'aquasecurity/trivy/releases/download/v1.2.3/trivy_1.2.3_Linux-64bit.tar.gz',
      'aquasecurity/trivy/releases/download/v1.2.3/trivy_1.2.3_checksums.txt',
    ],
    [
      'trivy',
      'linux_arm64',
      'aquasecurity/trivy/releases/download/v1.2.3/trivy_1.2.3_Linux-ARM64.tar.gz',
      'aquasecurity/trivy/releases/download/v1.2.3/trivy_1.2.3_checksums.txt',
    ],
    [
      'trivy',
      'darwin_amd64',
      'aquasecurity/trivy/releases/download/v1.2.3/trivy_1.2.3_macOS-64bit.tar.gz',
      'aquasecurity/trivy/releases/download/v1.2.3/trivy_1.2.3_checksums.txt',
    ],
  ])('%s for %s', (name, platform, file, checksums) => {
    const tarball = { name, version: '1.2.3', platform }
    expect(tarballUrl(mirror, tarball)).toBe(`${mirror}${file}`)
    expect(checksumsUrl(mirror, tarball)).toBe(`${mirror}${checksums}`)
    expect(pageUrl(tarball)).toBe(
      `https://github.com/${file.split('/').slice(0, 2).join('/')}/releases/tag/v1.2.3`,
    )
  })

  it.each<[ToolName, string, boolean]>([
    ['apko', 'riscv64', true],
    ['grype', 'riscv64', false],
    ['grype', 's390x', true],
    ['trivy', '386', true],
    ['grype', '386', false],
  ])('%s for %s: %s', (name, architecture, released) => {
    const found = findArchitecture(architecture)
    if (found === undefined) throw new Error(architecture)
    expect(isReleased(name, found)).toBe(released)
  })
})
