import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { severities } from '../../../src/domain/finding.ts'
import type { ImageFinding } from '../../../src/domain/verdict.ts'
import { findingsOfImage } from '../../../src/scan/image-findings.ts'
import { byWeight } from '../../../src/scan/order.ts'
import { sarifFiles } from '../../../src/scan/sarif-files.ts'
import { sarifOf } from '../../../src/scan/sarif.ts'
import { finding, scanner } from './findings.ts'
import { sarifProblems } from './sarif-schema.ts'

const place = { at: { file: 'images/my apko.yaml', line: 6, column: 7 }, chain: ['busybox', 'libcrypto3'] }
const imageOf = (findings: readonly ImageFinding[], name = 'apko') => ({
  name,
  scanner,
  findings,
  descriptions: new Map([['CVE-2026-11111', 'A flaw in `libcrypto`.\nSecond [line](https://evil.example).']]),
})
const one = (...findings: readonly ImageFinding[]) => {
  const log = sarifOf([imageOf(findings)])
  expect(sarifProblems(log)).toEqual([])
  const [run] = log.runs
  if (run === undefined) throw new Error('no run')
  return run
}

describe('a result', () => {
  it('stands on the line that brings its package in, and says what to do', () => {
    const run = one(
      finding({ ...place, epss: 0.42, exploited: true, url: 'https://security.example/CVE-2026-11111' }),
    )
    expect(run).toMatchInlineSnapshot(`
      {
        "automationDetails": {
          "id": "giropops/apko/",
        },
        "columnKind": "utf16CodeUnits",
        "invocations": [
          {
            "executionSuccessful": true,
            "toolExecutionNotifications": [],
          },
        ],
        "results": [
          {
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "images/my%20apko.yaml",
                    "uriBaseId": "%SRCROOT%",
                  },
                  "region": {
                    "startColumn": 7,
                    "startLine": 6,
                  },
                },
              },
            ],
            "message": {
              "text": "libcrypto3 3.5.0-r0 (linux/amd64) has CVE-2026-11111, critical: mended in 3.5.1-r0, brought in by busybox.",
            },
            "partialFingerprints": {
              "primaryLocationLineHash": "5128ca163b4edfef:1",
            },
            "properties": {
              "fixedIn": [
                "3.5.1-r0",
              ],
              "kind": "apk",
              "package": "libcrypto3",
              "platforms": [
                "linux/amd64",
              ],
              "purl": "pkg:apk/alpine/libcrypto3@3.5.0-r0?arch=x86_64&distro=alpine-3.22.1&upstream=openssl",
              "version": "3.5.0-r0",
            },
            "ruleId": "CVE-2026-11111",
            "ruleIndex": 0,
          },
        ],
        "tool": {
          "driver": {
            "informationUri": "https://github.com/anchore/grype",
            "name": "grype",
            "properties": {
              "databaseBuilt": "2026-01-01T06:00:00Z",
              "databaseSource": "https://databases.example",
            },
            "rules": [
              {
                "defaultConfiguration": {
                  "level": "error",
                },
                "fullDescription": {
                  "text": "A flaw in \`libcrypto\`.
      Second [line](https://evil.example).",
                },
                "help": {
                  "markdown": "A flaw in \\\`libcrypto\\\`. Second \\[line\\](https://evil.example).

      libcrypto3: mended in 3.5.1-r0.

      It is known to be exploited (CISA).

      Probability of an exploit within 30 days (EPSS): 42.0 %.

      More: https://security.example/CVE-2026-11111",
                  "text": "A flaw in \`libcrypto\`.
      Second [line](https://evil.example).
      libcrypto3: mended in 3.5.1-r0.
      It is known to be exploited (CISA).
      Probability of an exploit within 30 days (EPSS): 42.0 %.
      More: https://security.example/CVE-2026-11111",
                },
                "helpUri": "https://security.example/CVE-2026-11111",
                "id": "CVE-2026-11111",
                "name": "CVE-2026-11111",
                "properties": {
                  "precision": "very-high",
                  "security-severity": "9.5",
                  "tags": [
                    "security",
                    "vulnerability",
                    "critical",
                    "known-exploited",
                    "apk",
                  ],
                },
                "shortDescription": {
                  "text": "CVE-2026-11111 (critical) in libcrypto3",
                },
              },
            ],
            "version": "0.121.2",
          },
        },
      }
    `)
  })

  it('has a fingerprint that neither version nor line nor severity changes', () => {
    const prints = [
      finding(place),
      finding({ version: '3.5.0-r1', severity: 'low', fixedIn: [], at: { file: 'other.yaml', line: 1 } }),
    ].map(each => one(each).results[0]?.partialFingerprints)
    expect(prints[0]).toEqual(prints[1])
    const other = [
      finding({ package: 'libssl3' }),
      finding({ id: 'CVE-2026-2' }),
      finding({ kind: 'python' }),
    ]
    for (const each of other) expect(one(each).results[0]?.partialFingerprints).not.toEqual(prints[0])
  })

  it('of two versions at once is told apart from the other', () => {
    const { results } = one(finding(), finding({ version: '3.4.0-r0', platforms: ['linux/arm64'] }))
    const [first, second] = results.map(each => each.partialFingerprints['primaryLocationLineHash'])
    expect([first?.split(':')[0], first, second]).toEqual([
      second?.split(':')[0],
      expect.stringMatching(/:1$/),
      expect.stringMatching(/:2$/),
    ])
  })
})

it('a rule is one for a vulnerability, as bad as its worst finding', () => {
  const run = one(
    finding({ severity: 'high' }),
    finding({ severity: 'critical', package: 'libssl3', fixedIn: [] }),
  )
  const { rules } = run.tool.driver
  expect(rules.map(({ id, properties }) => [id, properties['security-severity']])).toEqual([
    ['CVE-2026-11111', '9.5'],
  ])
  expect(run.results.map(({ ruleIndex, level }) => [ruleIndex, level])).toEqual([
    [0, 'error'],
    [0, 'error'],
  ])
  expect(rules[0]?.help.text).toContain('libcrypto3: mended in 3.5.1-r0; libssl3: no mended version is known')
})

it('every severity has a level and a score that GitHub sorts by', () => {
  const run = one(...severities.map(severity => finding({ severity, id: `CVE-2026-${severity}` })))
  const scores = run.tool.driver.rules.map(({ properties }) => Number(properties['security-severity']))
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(scores.every(score => score > 0 && score <= 10)).toBe(true)
  expect(run.results.map(({ level }) => level)).toEqual(['error', 'error', 'warning', 'note', 'note', 'note'])
})

it('platforms are joined: the same finding once, the worse severity, all fixes', () => {
  const { platforms: _, ...bare } = finding({ severity: 'high', description: 'x' } as Partial<ImageFinding>)
  const { findings, descriptions } = findingsOfImage([
    { platform: 'linux/amd64', arch: 'amd64', findings: [bare] },
    {
      platform: 'linux/arm64',
      arch: 'arm64',
      findings: [
        { ...bare, severity: 'critical', fixedIn: ['3.5.2-r0'], aliases: ['GHSA-1'] },
        { ...bare, version: '3' },
      ],
    },
  ])
  expect(
    findings.map(({ version, severity, platforms, fixedIn }) => [version, severity, platforms, fixedIn]),
  ).toEqual([
    ['3.5.0-r0', 'critical', ['linux/amd64', 'linux/arm64'], ['3.5.1-r0', '3.5.2-r0']],
    ['3', 'high', ['linux/arm64'], ['3.5.1-r0']],
  ])
  expect([...descriptions]).toEqual([['CVE-2026-11111', 'x']])
  expect(findings.some(each => 'description' in each)).toBe(false)
})

it('the worst come first, then what is exploited, then what is likely to be', () => {
  const sorted = [
    finding({ id: 'e', severity: 'low' }),
    finding({ id: 'd', epss: 0.1 }),
    finding({ id: 'c', epss: 0.9 }),
    finding({ id: 'b', exploited: true }),
    finding({ id: 'a' }),
  ].toSorted(byWeight)
  expect(sorted.map(({ id }) => id)).toEqual(['b', 'c', 'd', 'a', 'e'])
})

describe('limits', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      finding({ id: `CVE-2026-${at}`, severity: at < 10 ? 'critical' : 'low' }),
    ).toSorted(byWeight)

  it('keep the worst 5,000 of an image and name the cut', () => {
    const [file] = sarifFiles([imageOf(many(5003))])
    expect(file?.cut).toEqual(['apko: 3 of 5003'])
    const [run] = (JSON.parse(file?.json ?? '') as ReturnType<typeof sarifOf>).runs
    expect(run?.results).toHaveLength(5000)
    expect(run?.results.slice(0, 10).every(({ level }) => level === 'error')).toBe(true)
    expect(run?.invocations[0]?.toolExecutionNotifications).toMatchObject([
      { message: { text: expect.stringMatching(/^3 more findings, of severity low or below/) as string } },
    ])
  })

  it('make a document smaller until GitHub takes it', () => {
    const limits = { results: 4000, bytes: 50_000 }
    const [file] = sarifFiles([imageOf(many(3000)), imageOf(many(10), 'small')], limits)
    expect(file?.gzip.length).toBeLessThanOrEqual(limits.bytes)
    expect(gunzipSync(file?.gzip ?? Buffer.alloc(0)).toString()).toBe(file?.json)
    expect(file?.cut).toEqual([expect.stringMatching(/^apko: \d+ of 3000$/)])
    expect(sarifProblems(JSON.parse(file?.json ?? ''))).toEqual([])
  })

  it('part images into documents of twenty runs', () => {
    const files = sarifFiles(Array.from({ length: 41 }, (_, at) => imageOf([], `image-${at}`)))
    expect(files.map(({ images }) => images.length)).toEqual([20, 20, 1])
    expect(files.flatMap(({ images }) => images)).toHaveLength(41)
  })
})
