import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseObject, type JsonObject } from '../../../src/scan/json-document.ts'
import { UnreadableReport } from '../../../src/scan/scanner-report.ts'
import {
  readTrivyDistribution,
  readTrivyFindings,
  readTrivyPackages,
} from '../../../src/scan/trivy-report.ts'

/** What trivy 0.74.0 wrote of an image of the test kit, with only three of its packages. */
const written = new URL('../../fixtures/scan/trivy-0.74.0.json', import.meta.url)
const report: JsonObject = parseObject(readFileSync(written, 'utf8')) ?? {}

describe("trivy's own report", () => {
  it('has findings', () => {
    expect(readTrivyFindings(report)).toEqual([
      {
        id: 'CVE-2026-11111',
        aliases: [],
        severity: 'critical',
        package: 'libssl3',
        version: '3.0.22-r1',
        kind: 'apk',
        purl: 'pkg:apk/wolfi/libssl3@3.0.22-r1?arch=x86_64&distro=20230201',
        fixedIn: ['3.0.30-r0'],
        url: 'https://avd.aquasec.com/nvd/cve-2026-11111',
        description: 'Made up: a handshake is answered with the memory of others.',
      },
      expect.objectContaining({ id: 'CVE-2026-11112', severity: 'high', package: 'zlib1g' }),
    ])
  })

  it('has the packages that it saw, and the distribution', () => {
    expect(readTrivyPackages(report)).toEqual([
      { name: 'hello', version: '1.0.0-r0' },
      { name: 'libssl3', version: '3.0.22-r1' },
      { name: 'zlib1g', version: '1.2.13-r1' },
    ])
    expect(readTrivyDistribution(report, { sources: new Set(['wolfi']), words: '' })).toBe('wolfi')
  })
})

describe('a report of trivy', () => {
  const other = {
    Metadata: { OS: { Family: 'none' } },
    Results: [
      {
        Class: 'lang-pkgs',
        Type: 'python-pkg',
        Packages: [{ Name: 'flask', Version: '3.1.1' }],
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-2026-1',
            VendorIDs: ['GHSA-x'],
            PkgName: 'flask',
            InstalledVersion: '3.1.1',
            FixedVersion: '3.0.9, 3.1.2',
            Severity: 'UNKNOWN',
            Title: 'title',
            Description: 'description',
          },
        ],
      },
      { Class: 'secret' },
    ],
  }

  it('tells the kind of a package, all mended versions, and other names', () => {
    expect(readTrivyFindings(other)).toEqual([
      {
        id: 'CVE-2026-1',
        aliases: ['GHSA-x'],
        severity: 'unknown',
        package: 'flask',
        version: '3.1.1',
        kind: 'python-pkg',
        fixedIn: ['3.0.9', '3.1.2'],
        description: 'description',
      },
    ])
  })

  const vulnerability = other.Results[0]?.Vulnerabilities?.[0]
  it.each<[string, unknown, RegExp]>([
    ['texts', ['CVE'], /^Results\[0\]\.Vulnerabilities\[0\] is no object$/],
    ['an object', { a: [vulnerability] }, /^Results\[0\]\.Vulnerabilities is no list$/],
    ['another key', [{ ID: 'CVE-2026-1' }], /Vulnerabilities\[0\] has no VulnerabilityID$/],
    ['no package', [{ ...vulnerability, PkgName: '' }], /has no PkgName$/],
    ['no version', [{ ...vulnerability, InstalledVersion: undefined }], /has no InstalledVersion$/],
    ['a list as severity', [{ ...vulnerability, Severity: ['CRITICAL'] }], /the severity \["CRITICAL"\];/],
    ['a list as mended versions', [{ ...vulnerability, FixedVersion: ['1'] }], /FixedVersion is no text$/],
  ])('cannot be read with %s', (_, Vulnerabilities, message) => {
    const read = (): unknown => readTrivyFindings({ Results: [{ Class: 'os-pkgs', Vulnerabilities }] })
    expect(read).toThrow(UnreadableReport)
    expect(read).toThrow(message)
  })

  it('may say null where it found nothing', () => {
    expect(readTrivyFindings({ Results: [{ Class: 'os-pkgs', Vulnerabilities: null }] })).toEqual([])
  })

  it('has no packages of a distribution, and none itself, where trivy found none', () => {
    expect(readTrivyPackages(other)).toEqual([])
    const sight = { sources: new Set(['none', 'wolfi']), words: '' }
    expect(readTrivyDistribution(other, sight)).toBeUndefined()
    expect(readTrivyDistribution({}, sight)).toBeUndefined()
  })
})

describe('the distribution that trivy knows', () => {
  const edge = 'INFO\t[alpine] Detecting vulnerabilities...\tos_version="3.23" repository="edge" pkg_num=9'
  it.each<[string, string, readonly string[], string, string | undefined]>([
    ['wolfi', '20230201', ['wolfi', 'alpine 3.22'], '', 'wolfi'],
    ['wolfi', '20230201', ['chainguard', 'alpine 3.22'], '', undefined],
    ['wolfi', '20230201', ['wolfi'], 'WARN\tUnsupported os\tfamily="wolfi"', undefined],
    ['minimos', '1', ['MinimOS'], '', 'minimos'],
    ['alpine', '3.22.1', ['alpine 3.22'], '', 'alpine'],
    ['alpine', '3.22.1', ['alpine 3.2', 'wolfi'], '', undefined],
    ['alpine', '3.23.0_alpha20250612', ['alpine edge'], edge, 'alpine'],
    ['alpine', '3.23.0', ['alpine 3.23'], edge, undefined],
  ])('%s %s with data of %j: %s', (Family, Name, sources, words, expected) => {
    const found = { Metadata: { OS: { Family, Name } } }
    expect(readTrivyDistribution(found, { sources: new Set(sources), words })).toBe(expected)
  })
})
