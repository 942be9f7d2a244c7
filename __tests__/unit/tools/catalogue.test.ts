import semver from 'semver'
import { describe, expect, it } from 'vitest'
import releases from '../../../src/tools/catalogue.json' with { type: 'json' }
import {
  defaultVersions,
  knownPlatforms,
  knownSha256,
  knownVersions,
  latestVersion,
  neighbours,
} from '../../../src/tools/catalogue.ts'

describe('catalogue.json', () => {
  const entries = Object.entries(releases).flatMap(([name, versions]) =>
    Object.entries(versions).flatMap(([version, platforms]) =>
      Object.entries(platforms).map(([platform, sha256]) => ({ name, version, platform, sha256 })),
    ),
  )

  it('holds a sha256 for every exact version and known platform', () => {
    const wrong = entries.filter(
      ({ version, platform, sha256 }) =>
        !/^[0-9a-f]{64}$/.test(sha256) ||
        semver.valid(version) !== version ||
        !/^(linux|darwin)_(amd64|arm64|386|ppc64le|s390x|riscv64)$/.test(platform),
    )
    expect(entries.length).toBeGreaterThan(200)
    expect(wrong).toEqual([])
    expect(new Set(entries.map(({ sha256 }) => sha256)).size).toBe(entries.length)
  })

  it.each(['apko', 'melange', 'grype', 'trivy'] as const)(
    'has the default %s for the runners of GitHub',
    name => {
      expect(knownPlatforms(name, defaultVersions[name])).toEqual(
        expect.arrayContaining(['linux_amd64', 'linux_arm64']),
      )
    },
  )
})

describe('look-ups', () => {
  it('finds a sha256 by version and platform', () => {
    expect(knownSha256('apko', '1.2.39', 'linux_amd64')).toBe(releases.apko['1.2.39'].linux_amd64)
    expect(knownSha256('apko', '1.2.31', 'linux_arm64')).toBeUndefined()
    expect(knownSha256('apko', '9.9.9', 'linux_amd64')).toBeUndefined()
    expect(knownSha256('melange', 'constructor', 'linux_amd64')).toBeUndefined()
  })

  it('orders versions as semver does', () => {
    const versions = knownVersions('apko', 'linux_amd64')
    expect(versions.indexOf('1.2.9')).toBeLessThan(versions.indexOf('1.2.31'))
    expect(latestVersion('apko', 'linux_amd64')).toBe('1.2.39')
    expect(latestVersion('melange', 'darwin_arm64')).toBe('0.43.3')
    expect(latestVersion('melange', 'linux_s390x')).toBeUndefined()
  })

  it.each([
    ['apko', '1.2.38', 'linux_amd64', '1.2.37, 1.2.39 (latest)'],
    ['apko', '0.1.0', 'linux_amd64', '0.10.0, 1.2.39 (latest)'],
    ['apko', '2.0.0', 'linux_amd64', '1.2.39 (latest)'],
    ['apko', '1.2.31', 'linux_arm64', '1.2.25, 1.2.35, 1.2.39 (latest)'],
    ['melange', '0.56.5', 'linux_riscv64', ''],
  ] as const)('names what is near %s %s on %s: %s', (name, version, platform, near) => {
    expect(neighbours(name, version, platform)).toBe(near)
  })
})
