import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseFlags, parseVersion, parseVersionJson } from '../../../src/tools/tool-help.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/tools/${name}.txt`, import.meta.url), 'utf8')

describe('parseVersion', () => {
  it.each([
    ['apko-1.2.31', '1.2.31'],
    ['apko-0.14.7', '0.14.7'],
    ['melange-0.56.5', '0.56.5'],
    ['melange-0.58.0', '0.58.0'],
  ])('reads what %s prints', (name, version) => {
    expect(parseVersion(fixture(`${name}.version`))).toBe(version)
  })

  it.each([
    ['apko v1.2.3', '1.2.3'],
    ['GitVersion:    devel\nGoVersion: go1.26.8', 'devel'],
    ['1.2.3-rc.1 (abc)', '1.2.3-rc.1'],
    ['hello', undefined],
    ['', undefined],
  ])('reads "%s"', (text, version) => {
    expect(parseVersion(text)).toBe(version)
  })
})

describe('parseVersionJson', () => {
  it.each([
    ['{"application":"grype","version":"0.121.2","supportedDbSchema":6}', '0.121.2'],
    ['{"Version":"0.74.0","VulnerabilityDB":{"Version":2}}', '0.74.0'],
    ['{"version":"v1.2.3-rc.1"}', '1.2.3-rc.1'],
    ['{"version":"[not provided]"}', undefined],
    ['{"Version":1}', undefined],
    ['0.74.0', undefined],
    ['null', undefined],
    ['', undefined],
  ])('reads %s', (text, version) => {
    expect(parseVersionJson(text)).toBe(version)
  })
})

describe('parseFlags', () => {
  it('lists the flags of today and of the tutorial', () => {
    const today = new Set(parseFlags(fixture('apko-1.2.31.build-help')))
    const tutorial = new Set(parseFlags(fixture('apko-0.14.7.build-help')))
    expect([...today].filter(flag => !tutorial.has(flag))).toEqual([
      '--build-repository-append',
      '--ignore-signatures',
      '--include-paths',
      '--max-apk-control-size',
      '--max-apk-data-size',
      '--max-apkindex-decompressed-size',
      '--max-http-response-size',
    ])
    expect([...tutorial].filter(flag => !today.has(flag))).toEqual(['--log-policy'])
    expect(today).toContain('--workdir')
  })

  it.each(['melange-0.56.5', 'melange-0.58.0'])(
    'lists every flag of %s once, and no word of the texts',
    name => {
      const help = fixture(`${name}.build-help`)
      const flags = parseFlags(help)
      expect(flags).toEqual(expect.arrayContaining(['--arch', '--generate-index', '--runner', '--log-level']))
      expect(new Set(flags).size).toBe(flags.length)
      expect(flags.length).toBe(help.split('\n').filter(line => /^ +(-\w, )?--/.test(line)).length)
    },
  )
})
