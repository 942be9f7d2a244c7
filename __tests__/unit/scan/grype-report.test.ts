import { describe, expect, it } from 'vitest'
import { readGrypeDistribution, readGrypeFindings, readSeverity } from '../../../src/scan/grype-report.ts'
import { UnreadableReport } from '../../../src/scan/scanner-report.ts'

const match = (vulnerability: object, more: object = {}) => ({
  vulnerability: {
    id: 'CVE-2026-1',
    severity: 'High',
    fix: { versions: [], state: 'not-fixed' },
    ...vulnerability,
  },
  relatedVulnerabilities: [],
  artifact: { name: 'a', version: '1.0.0-r0', type: 'apk', purl: 'pkg:apk/wolfi/a@1.0.0-r0' },
  ...more,
})

describe('findings of grype', () => {
  it('have all that grype tells', () => {
    const [finding] = readGrypeFindings({
      matches: [
        match(
          {
            dataSource: 'https://example.invalid/1',
            description: 'bad',
            severity: 'Critical',
            fix: { versions: ['1.0.1-r0', ''], state: 'fixed' },
            epss: [{ cve: 'CVE-2026-1', epss: 0.42, percentile: 0.9 }],
            knownExploited: [{ cve: 'CVE-2026-1' }],
          },
          { relatedVulnerabilities: [{ id: 'GHSA-x' }, { id: 'CVE-2026-1' }] },
        ),
      ],
    })
    expect(finding).toEqual({
      id: 'CVE-2026-1',
      aliases: ['GHSA-x'],
      severity: 'critical',
      package: 'a',
      version: '1.0.0-r0',
      kind: 'apk',
      purl: 'pkg:apk/wolfi/a@1.0.0-r0',
      fixedIn: ['1.0.1-r0'],
      url: 'https://example.invalid/1',
      description: 'bad',
      epss: 0.42,
      exploited: true,
    })
  })

  it.each([
    ["the distribution's own", 'Low', ['Critical'], 'low'],
    ['the worst of others, where it gives none', 'Unknown', ['Medium', 'Critical', 'Unknown'], 'critical'],
    ['unknown, where nobody gives one', 'Unknown', [], 'unknown'],
  ])('severity: %s', (_, severity, related, expected) => {
    const relatedVulnerabilities = related.map(each => ({ id: 'x', severity: each }))
    const [finding] = readGrypeFindings({ matches: [match({ severity }, { relatedVulnerabilities })] })
    expect(finding?.severity).toBe(expected)
  })

  it('takes what others tell where the distribution is silent', () => {
    const related = { id: 'x', description: 'told', epss: [{ epss: 0.1 }], knownExploited: [{}] }
    const [finding] = readGrypeFindings({ matches: [match({}, { relatedVulnerabilities: [related] })] })
    expect(finding).toMatchObject({ description: 'told', epss: 0.1, exploited: true })
  })

  it('are each vulnerability of a package once, with all that is told of it', () => {
    const findings = readGrypeFindings({
      matches: [
        match({ fix: { versions: ['1.0.1-r0'] } }),
        match({ fix: { versions: ['1.0.2-r0'] } }, { relatedVulnerabilities: [{ id: 'GHSA-x' }] }),
        match({}, { artifact: { name: 'b', version: '1', type: 'apk' } }),
      ],
    })
    expect(findings).toMatchObject([
      { package: 'a', fixedIn: ['1.0.1-r0', '1.0.2-r0'], aliases: ['GHSA-x'] },
      { package: 'b' },
    ])
  })

  it('are none in a report without matches', () => expect(readGrypeFindings({ matches: [] })).toEqual([]))

  it.each<[string, unknown, RegExp]>([
    ['no list', 'none', /^matches is no list$/],
    ['texts', ['CVE-2026-1'], /^matches\[0\] is no object$/],
    ['an empty match', [match({}), {}], /^matches\[1\] has no vulnerability\.id$/],
    ['another key', [{ vuln: { id: 'CVE-2026-1' } }], /^matches\[0\] has no vulnerability\.id$/],
    ['an id that is no text', [match({ id: 7 })], /has no vulnerability\.id$/],
    ['no package', [match({}, { artifact: { version: '1' } })], /has no artifact\.name$/],
    ['no version', [match({}, { artifact: { name: 'a' } })], /has no artifact\.version$/],
    [
      'an object as severity',
      [match({ severity: { name: 'Critical' } })],
      /the severity {"name":"Critical"};/,
    ],
    ['a severity of tomorrow', [match({ severity: 'Catastrophic' })], /the severity "Catastrophic"; known: /],
    [
      'a severity of tomorrow told by others',
      [match({}, { relatedVulnerabilities: [{ id: 'x', severity: 'Worse' }] })],
      /the severity "Worse"/,
    ],
    ['a text as others', [match({}, { relatedVulnerabilities: ['x'] })], /relatedVulnerabilities\[0\] is no/],
    ['a text as mended versions', [match({ fix: { versions: '1.0.1' } })], /fix\.versions is no list$/],
    ['objects as mended versions', [match({ fix: { versions: [{}] } })], /fix\.versions\[0\] is no text$/],
  ])('cannot be read from %s', (_, matches, message) => {
    const read = (): unknown => readGrypeFindings({ matches })
    expect(read).toThrow(UnreadableReport)
    expect(read).toThrow(message)
  })
})

describe('the distribution that grype knows', () => {
  const report = (name: string, providers: unknown) => ({
    distro: { name },
    descriptor: { db: { providers } },
  })

  it.each<[string, unknown, string | undefined]>([
    ['wolfi', { wolfi: {}, nvd: {} }, 'wolfi'],
    ['postmarketos', { alpine: {} }, 'postmarketos'],
    ['local', { wolfi: {} }, undefined],
    ['wolfi', { alpine: {} }, undefined],
    ['', { wolfi: {} }, undefined],
    ['wolfi', undefined, undefined],
  ])('%s with data of %j: %s', (name, providers, expected) => {
    expect(readGrypeDistribution(report(name, providers))).toBe(expected)
  })
})

describe('readSeverity', () => {
  it.each([
    ['CRITICAL', 'critical'],
    ['Negligible', 'negligible'],
    ['UNKNOWN', 'unknown'],
    [undefined, 'unknown'],
    ['', 'unknown'],
    [' Critical ', 'critical'],
  ])('%j', (word, severity) => expect(readSeverity(word, 'it')).toBe(severity))

  it.each([[3], [null], [['CRITICAL']]])('%j is none', value =>
    expect(() => readSeverity(value, 'it')).toThrow(/^it has the severity/),
  )
})
