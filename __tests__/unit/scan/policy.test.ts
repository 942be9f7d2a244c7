import { describe, expect, it } from 'vitest'
import { failOnText, isNever, parseFailOn, type FailOn } from '../../../src/domain/fail-on.ts'
import { severities } from '../../../src/domain/finding.ts'
import type { IgnoreEntry, ImageFinding } from '../../../src/domain/verdict.ts'
import { judge, type Policy } from '../../../src/scan/judge.ts'
import { isNamed } from '../../../src/scan/policy.ts'
import { finding, scanner } from './findings.ts'

describe('fail-on', () => {
  it.each([
    ['critical', { severity: 'critical', exploited: false }],
    ['High', { severity: 'high', exploited: false }],
    ['never', { exploited: false }],
    ['kev', { exploited: true }],
    ['high, kev, EPSS >= 0.5', { severity: 'high', exploited: true, epss: 0.5 }],
    ['epss>=.05\nlow', { severity: 'low', exploited: false, epss: 0.05 }],
    ['epss>=1', { exploited: false, epss: 1 }],
  ])('%s is read', (text, expected) => {
    expect(parseFailOn(text)).toEqual(expected)
  })

  it.each([
    '',
    'unknown',
    'critical, high',
    'never, kev',
    'epss',
    'epss>=2',
    'epss>=50%',
    'kev, kev',
    'serious',
    ',',
  ])('%j is not', text => {
    expect(parseFailOn(text)).toBeUndefined()
  })

  it.each(['never', 'critical', 'high, kev, epss>=0.5', 'kev'])('%s has one spelling', text => {
    const read = parseFailOn(text)
    expect(read && [failOnText(read), isNever(read)]).toEqual([text, text === 'never'])
  })

  it('names a severity and all above it; negligible names what has none as well', () => {
    const named = (severity: FailOn['severity'] | undefined) =>
      severities.filter(each =>
        isNamed(finding({ severity: each }), { exploited: false, ...(severity && { severity }) }),
      )
    expect(named(undefined)).toEqual([])
    expect(named('critical')).toEqual(['critical'])
    expect(named('medium')).toEqual(['critical', 'high', 'medium'])
    expect(named('low')).toEqual(['critical', 'high', 'medium', 'low'])
    expect(named('negligible')).toEqual([...severities])
  })

  it('names what is exploited, or likely to be, whatever its severity', () => {
    const low = finding({ severity: 'low' })
    expect(isNamed({ ...low, exploited: true }, { exploited: true })).toBe(true)
    expect(isNamed({ ...low, exploited: true }, { exploited: false })).toBe(false)
    expect(isNamed(low, { exploited: true, epss: 0.1 })).toBe(false)
    expect(isNamed({ ...low, epss: 0.5 }, { exploited: false, epss: 0.5 })).toBe(true)
    expect(isNamed({ ...low, epss: 0.49 }, { exploited: false, epss: 0.5 })).toBe(false)
  })
})

const policy: Policy = {
  failOn: { severity: 'critical', exploited: false },
  onlyFixed: true,
  ignores: [],
  vex: [],
  today: '2026-06-15',
}
const entry: IgnoreEntry = {
  vulnerability: 'CVE-2026-11111',
  package: 'libcrypto3',
  reason: 'not reachable',
  until: '2026-06-15',
}
const verdictOf = (findings: readonly ImageFinding[], more: Partial<Policy> = {}) =>
  judge(
    {
      image: { name: 'ghcr.io/octo/demo', digests: [] },
      scanner,
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
      findings,
      origins: new Map([['libcrypto3', 'openssl']]),
    },
    { ...policy, ...more },
  )

describe('the verdict', () => {
  it('counts by severity and platform, without what is ignored', () => {
    const both = ['linux/amd64', 'linux/arm64']
    const { counts } = verdictOf(
      [
        finding({ platforms: both }),
        finding({ id: 'CVE-2026-2', severity: 'low', platforms: ['linux/arm64'] }),
      ],
      { ignores: [entry] },
    )
    const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 }
    expect(counts).toEqual([
      { platform: 'linux/amd64', ...none, ignored: 1 },
      { platform: 'linux/arm64', ...none, low: 1, ignored: 1 },
    ])
  })

  it('with only-fixed lets pass what nobody has mended, and reports it', () => {
    const unfixed = finding({ fixedIn: [] })
    expect(verdictOf([unfixed])).toMatchObject({ pass: true, failing: [], others: [unfixed] })
    expect(verdictOf([unfixed], { onlyFixed: false })).toMatchObject({ pass: false, failing: [unfixed] })
  })

  it.each([
    ['its day', entry, true],
    ['the day after', { ...entry, until: '2026-06-14' }, false],
    ['another package', { ...entry, package: 'libssl3' }, false],
    ['its source package', { ...entry, package: 'openssl' }, true],
    ['another vulnerability', { ...entry, vulnerability: 'CVE-2026-1' }, false],
    ['an alias, in other letters', { ...entry, vulnerability: 'ghsa-aaaa-bbbb-cccc' }, true],
  ])('an entry of %s', (_title, given, counts) => {
    const found = finding({ aliases: ['GHSA-aaaa-bbbb-cccc'] })
    const { pass, ignored, expired, unused } = verdictOf([found], { ignores: [given] })
    expect({ pass, ignored: ignored.length }).toEqual({ pass: counts, ignored: counts ? 1 : 0 })
    const isOver = given.until < policy.today
    expect([expired, unused]).toEqual([isOver ? [given] : [], counts || isOver ? [] : [given]])
  })

  it('of an image without findings passes', () => {
    expect(verdictOf([])).toMatchObject({ pass: true, failOn: 'critical', failing: [], others: [] })
  })
})
