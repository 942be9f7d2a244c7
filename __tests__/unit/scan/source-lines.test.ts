import { expect, it } from 'vitest'
import type { SourcePlace } from '../../../src/domain/failure.ts'
import type { ApkRelations } from '../../../src/domain/installed-apk.ts'
import { dependentsOf, wayUp } from '../../../src/scan/dependents.ts'
import { placeFindings } from '../../../src/scan/source-lines.ts'
import { finding } from './findings.ts'

const apk = (name: string, depends = '', provides = ''): ApkRelations => ({
  name,
  origin: name,
  depends: depends.split(' ').filter(Boolean),
  provides: provides.split(' ').filter(Boolean),
})
const installed = [
  apk('libcrypto3', 'so:libc.so.6', 'so:libcrypto.so.3=3.5.0'),
  apk('libssl3', 'so:libcrypto.so.3 so:libc.so.6', 'so:libssl.so.3=3.5.0'),
  apk('python3', 'so:libssl.so.3>=3.5 !python2', 'cmd:python3=3.12 python=3.12'),
  apk('curl', 'so:libcurl.so.4 libssl3=3.5.0-r0', 'cmd:curl=8'),
  apk('libcurl', 'so:libssl.so.3', 'so:libcurl.so.4=4'),
  apk('senhas', 'python>=3 cmd:curl senhas'),
  apk('glibc', '', 'so:libc.so.6=6'),
  apk('alone'),
]

it.each([
  ['libcrypto3', ['python3'], ['libcrypto3', 'libssl3', 'python3']],
  ['libcrypto3', ['senhas'], ['libcrypto3', 'libssl3', 'python3', 'senhas']],
  ['libcrypto3', ['senhas', 'libssl3'], ['libcrypto3', 'libssl3']],
  ['libcrypto3', ['libcrypto3', 'libssl3'], ['libcrypto3']],
  ['alone', ['senhas'], undefined],
  ['python3', ['libssl3'], undefined],
  ['not-installed', ['senhas'], undefined],
])('the way from %s up to %j', (name, named, way) => {
  expect(wayUp(name, dependentsOf(installed), each => named.includes(each))).toEqual(way)
})

it('does not take a conflict for a need, nor a package for its own dependent', () => {
  const dependents = dependentsOf([apk('python2'), apk('python3', '!python2 python3')])
  expect([...dependents]).toEqual([])
})

it('ends in a circle', () => {
  const circle = dependentsOf([apk('a', 'b'), apk('b', 'a')])
  expect(wayUp('a', circle, () => false)).toBeUndefined()
})

it('places findings on lines, and on the file where no line brings the package in', () => {
  const places: Readonly<Record<string, SourcePlace>> = { senhas: { file: 'apko.yaml', line: 5, column: 7 } }
  const named = { placeOf: (name: string) => places[name], file: { file: 'apko.yaml', line: 3 } }
  const platforms = [
    { platform: 'linux/amd64', relations: installed },
    { platform: 'linux/arm64', relations: [] },
  ]
  const found = placeFindings(
    [
      finding(),
      finding({ package: 'senhas' }),
      finding({ package: 'alone' }),
      finding({ package: 'senhas', platforms: ['linux/arm64'] }),
      finding({ package: 'libcrypto3', platforms: ['linux/arm64'] }),
    ],
    platforms,
    named,
  )
  expect(found.map(({ at, chain }) => [at?.line, chain])).toEqual([
    [5, ['senhas', 'python3', 'libssl3', 'libcrypto3']],
    [5, ['senhas']],
    [3, undefined],
    [5, ['senhas']],
    [3, undefined],
  ])
})
