import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseInstalled } from '../../../src/apko/installed-database.ts'
import { isLicenseExpression } from '../../../src/apko/license-expression.ts'
import { readDistribution } from '../../../src/apko/os-release.ts'
import { packageUrlOf, readPackageUrl } from '../../../src/apko/package-url.ts'
import { installedPackage } from './installed-package.ts'

describe('the package database', () => {
  const text = readFileSync(new URL('../../fixtures/apko/installed', import.meta.url), 'utf8')

  it('lists the packages that apko 1.2.31 installed', () => {
    expect(parseInstalled(text)).toEqual([
      {
        name: 'alpine-baselayout-data',
        version: '3.7.0-r0',
        arch: 'x86_64',
        origin: 'alpine-baselayout-data',
        license: 'various',
        checksum: 'Q1bhRykBJ1xQvdwJZ299QF28bZu0M=',
        size: 227,
        depends: [],
        provides: ['fixture-baselayout=1'],
        description: 'alpine-baselayout-data',
        url: 'https://www.debian.org/',
        maintainer: '',
      },
      expect.objectContaining({ name: 'busybox', version: '1.35.0-r4', size: 1982256 }),
      expect.objectContaining({ name: 'hello', origin: 'hello', license: 'MIT', depends: ['busybox'] }),
    ])
  })

  it('does not take a file for a field of the package', () => {
    const [only] = parseInstalled('P:a\nV:1-r0\nF:usr\nR:P:b\nL:GPL\n')
    expect(only).toMatchObject({ name: 'a', license: '' })
  })

  it.each(['', '\n\n', 'V:1-r0\n'])('has no package in %j', nothing => {
    expect(parseInstalled(nothing)).toEqual([])
  })
})

describe('os-release', () => {
  it.each([
    ['ID=alpine\nVERSION_ID=3.22.1\n', { id: 'alpine', version: '3.22.1' }],
    [`NAME="x"\nID='wolfi'\nVERSION_ID="2023\\"0"`, { id: 'wolfi', version: '2023"0' }],
    ['# ID=no\nVARIANT_ID=no\n', { id: 'unknown', version: '' }],
    [undefined, { id: 'unknown', version: '' }],
  ])('%j', (text, expected) => {
    expect(readDistribution(text)).toEqual(expected)
  })
})

describe('package URLs', () => {
  const alpine = { id: 'alpine', version: '3.22.1' }

  it.each([
    [
      { name: 'busybox', version: '1.37.0-r18', origin: 'busybox' },
      'pkg:apk/alpine/busybox@1.37.0-r18?arch=x86_64&distro=alpine-3.22.1',
    ],
    [
      { name: 'libstdc++', version: '14_alpha1~git-r0', origin: 'gcc' },
      'pkg:apk/alpine/libstdc%2B%2B@14_alpha1~git-r0?arch=x86_64&distro=alpine-3.22.1&upstream=gcc',
    ],
    [
      { name: 'R', version: '4.5-r0', origin: 'R' },
      'pkg:apk/alpine/r@4.5-r0?arch=x86_64&distro=alpine-3.22.1',
    ],
  ])('%o', (fields, expected) => {
    const installed = installedPackage(fields)
    expect(packageUrlOf(installed, alpine)).toBe(expected)
    const { name, version } = installed
    expect(readPackageUrl(expected)).toEqual({ name: name.toLowerCase(), version })
  })

  it('leaves out what is not known', () => {
    const installed = installedPackage({ name: 'a', version: '1-r0', arch: '', origin: '' })
    expect(packageUrlOf(installed, { id: 'unknown', version: '' })).toBe('pkg:apk/unknown/a@1-r0')
  })

  it.each(['pkg:oci/hello@sha256:00', 'pkg:apk/alpine/a', 'pkg:apk/alpine/%E0%A4%A@1', 'a'])(
    'none of an apk: %s',
    url => expect(readPackageUrl(url)).toBeUndefined(),
  )
})

describe('licence expressions', () => {
  it.each([
    'MIT',
    'GPL-2.0-or-later AND (MIT OR BSD-3-Clause)',
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'LGPL-2.1+',
    '((ISC))',
  ])('%s is one', text => expect(isLicenseExpression(text)).toBe(true))

  it.each([
    '',
    'MIT BSD',
    'MIT AND',
    'AND MIT',
    '(MIT',
    'MIT)',
    '()',
    '(MIT) WITH x',
    'MIT/X11',
    'custom',
    'various',
    'LicenseRef-ubuntu-font',
    'NOASSERTION',
  ])('%j is none', text => expect(isLicenseExpression(text)).toBe(false))
})
