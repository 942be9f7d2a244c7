import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { explainFailure } from '../../../src/apko/apko-failure.ts'
import type { ApkoFile } from '../../../src/apko/apko-file.ts'
import { readApkoLog, untilRepeated } from '../../../src/apko/apko-log.ts'
import type { FailedBuild } from '../../../src/apko/failed-build.ts'

const folder = new URL('../../fixtures/apko/logs/', import.meta.url)

function linesOf(name: string): readonly string[] {
  const lines: string[] = []
  const text = readFileSync(new URL(`${name}.log`, folder), 'utf8').trimEnd()
  text.split('\n').forEach(untilRepeated(line => lines.push(line)))
  return lines
}

const file: ApkoFile = {
  file: 'apko.yaml',
  name: 'apko',
  architectures: [],
  repositories: ['/srv/distro', 'packages'],
  buildRepositories: [],
  packages: ['alpine-baselayout-data', 'hello'],
  needs: [],
  warnings: [],
  placeOf: path => ({ file: path[0] === 'include' ? 'main.yaml' : 'apko.yaml', line: 1 }),
  placeOfPackage: name => ({ file: 'apko.yaml', line: name === 'alpine-baselayout-data' ? 6 : 7 }),
  placeOfRepository: address => ({ file: 'apko.yaml', line: address === 'packages' ? 4 : 3 }),
}

function explain(name: string, missing: FailedBuild['missing'] = []) {
  const [version = ''] = name.split('-')
  const apko = {
    name: 'apko',
    version,
    path: '/apko',
    sha256: '',
    source: 'path',
    flags: new Set(['--arch']),
  } as const
  return explainFailure({ file, apko, code: 1, log: readApkoLog(linesOf(name)), missing })
}

const line = (number: number) => ({ file: 'apko.yaml', line: number })
const noIndex = (repository: string, ...archs: string[]) => archs.map(arch => ({ repository, arch }))

describe('a package that cannot be had', () => {
  it.each([
    ['1.2.31-nopkg', 'no repository has the package "nosuchpkg" (amd64, arm64)', 7],
    ['0.14.7-nopkg', 'no repository has the package "nosuchpkg" (amd64)', 7],
    [
      '1.2.31-badver',
      'the package "busybox=9.9.9-r0" cannot be taken: busybox-1.35.0-r4 disqualified because "1.35.0-r4" does not satisfy "busybox=9.9.9-r0" (amd64, arm64)',
      7,
    ],
    [
      '0.14.7-badver',
      'the package "busybox=9.9.9-r0" cannot be taken: busybox-1.35.0-r4 disqualified because "1.35.0-r4" does not satisfy "busybox=9.9.9-r0" (arm64)',
      7,
    ],
    ['1.2.31-nodep', 'no repository has the package "busybox" (amd64, arm64); "hello" needs it', 7],
    ['0.14.7-nodep', 'no repository has the package "busybox" (amd64); "hello" needs it', 7],
  ])('%s', (name, message, at) => {
    expect(explain(name)).toMatchObject({ code: 'PACKAGE_UNRESOLVED', message, at: line(at) })
  })

  it.each([
    [
      '1.2.31-norepo',
      [],
      '"alpine-baselayout-data" (amd64, arm64): the repository /srv/nowhere (apko.yaml:3) has no index for amd64, arm64',
    ],
    [
      '0.14.7-norepo',
      noIndex('/srv/nowhere', 'x86_64', 'aarch64'),
      'the repository /srv/nowhere (apko.yaml:3) has no index for amd64, arm64',
    ],
    ['1.2.31-nolocal', [], '"hello" (amd64): the repository packages (apko.yaml:4) has no index for amd64'],
    [
      '0.14.7-nolocal',
      noIndex('packages', 'x86_64'),
      '"hello" (amd64): the repository packages (apko.yaml:4) has no index for amd64',
    ],
    ['1.2.31-wrongarch', [], 'the repository packages (apko.yaml:4) has no index for riscv64'],
    [
      '1.2.31-onewrongarch',
      [],
      '"alpine-baselayout-data" (riscv64): the repository packages (apko.yaml:4) has no index for riscv64',
    ],
    [
      '0.14.7-onewrongarch',
      noIndex('packages', 'riscv64'),
      'the repository packages (apko.yaml:4) has no index for riscv64',
    ],
    [
      '0.14.7-wrongarch',
      noIndex('/srv/distro', 'riscv64'),
      'the repository /srv/distro (apko.yaml:3) has no index for riscv64',
    ],
  ])('%s: the repository without an index is the cause', (name, missing, message) => {
    expect(explain(name, missing)).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message: expect.stringContaining(message),
    })
  })

  it('hints at what to give', () => {
    expect(explain('1.2.31-norepo').hint).toContain('repository-append')
    expect(explain('1.2.31-nopkg').hint).toContain('"nosuchpkg" in contents.repositories')
    expect(explain('1.2.31-nolocal').hint).toContain('melange-config')
  })

  it('tells that packages of a tagged repository want the tag', () => {
    const log = readApkoLog(linesOf('1.2.31-nopkg'))
    const apko = {
      name: 'apko',
      version: '1.2.31',
      path: '',
      sha256: '',
      source: 'path',
      flags: new Set<string>(),
    } as const
    const tagged = { ...file, repositories: ['@local packages'] }
    const { hint } = explainFailure({ file: tagged, apko, code: 1, log, missing: [] })
    expect(hint).toContain('as "nosuchpkg@local"')
  })

  it.each(['1.2.31-pkg404', '0.14.7-pkg404'])('%s: in the index, but not in the repository', name => {
    expect(explain(name)).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message:
        "http://apk.example/pkg404/x86_64/busybox-1.35.0-r4.apk answers 404, though the repository's index lists it",
    })
  })
})

describe('an index that is not taken', () => {
  it.each([
    [
      '1.2.31-nodistrokey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by distro.rsa.pub (known: melange.rsa.pub)',
      3,
      'distro.rsa.pub to keyring-append',
    ],
    [
      '0.14.7-nodistrokey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by distro.rsa.pub',
      3,
      'distro.rsa.pub to keyring-append',
    ],
    [
      '1.2.31-nolocalkey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by melange.rsa.pub (known: distro.rsa.pub)',
      4,
      'melange.rsa.pub, in keyring-append',
    ],
    [
      '0.14.7-nolocalkey',
      'PACKAGE_UNRESOLVED',
      'signature, which is by melange.rsa.pub',
      4,
      'melange.rsa.pub, in keyring-append',
    ],
    ['1.2.31-nokeys', 'PACKAGE_UNRESOLVED', 'there is no key for its signature', 4, 'keyring-append'],
    ['0.14.7-nokeys', 'PACKAGE_UNRESOLVED', 'there is no key for its signature', 3, 'keyring-append'],
    [
      '0.14.7-rsa256',
      'TOOL_UNSUITED',
      'does not know signatures of the kind .SIGN.RSA256.melange.rsa.pub',
      4,
      'apko 0.18',
    ],
    [
      '1.2.31-http401',
      'PACKAGE_UNRESOLVED',
      'http://apk.example/s401/x86_64/APKINDEX.tar.gz answers 401',
      3,
      'HTTP_AUTH',
    ],
    [
      '0.14.7-http403',
      'PACKAGE_UNRESOLVED',
      'http://apk.example/s403/x86_64/APKINDEX.tar.gz answers 403',
      3,
      'HTTP_AUTH',
    ],
    ['1.2.31-http403', 'PACKAGE_UNRESOLVED', 'answers 403', 3, 'HTTP_AUTH'],
    ['0.14.7-http401', 'PACKAGE_UNRESOLVED', 'answers 401', 3, 'HTTP_AUTH'],
    [
      '1.2.31-http404',
      'PACKAGE_UNRESOLVED',
      'cannot be used for x86_64: http://apk.example/s404/x86_64/APKINDEX.tar.gz answers 404',
      3,
      'packages for x86_64',
    ],
    ['0.14.7-http404', 'PACKAGE_UNRESOLVED', 'answers 404', 3, 'packages for x86_64'],
    ['1.2.31-http-riscv', 'PACKAGE_UNRESOLVED', 'cannot be used for riscv64', 3, 'packages for riscv64'],
    ['0.14.7-http-riscv', 'PACKAGE_UNRESOLVED', 'cannot be used for riscv64', 3, 'packages for riscv64'],
    ['1.2.31-html', 'PACKAGE_UNRESOLVED', 'is not a package index (a login page, perhaps)', 3, 'address'],
    ['0.14.7-html', 'PACKAGE_UNRESOLVED', 'is not a package index (a login page, perhaps)', 3, 'address'],
    [
      '1.2.31-unreach',
      'NETWORK_FAILED',
      'https://nosuch.invalid/alpine cannot be used for x86_64: dial tcp: lookup nosuch.invalid on 192.0.2.53:53: no such host',
      3,
      'proxy',
    ],
    [
      '1.2.31-refused',
      'NETWORK_FAILED',
      'http://127.0.0.1:9/alpine cannot be used for x86_64: dial tcp 127.0.0.1:9: connect: connection refused',
      3,
      'proxy',
    ],
    ['0.14.7-refused', 'NETWORK_FAILED', 'dial tcp 127.0.0.1:9: connect: connection refused', 3, 'proxy'],
  ])('%s', (name, code, message, at, hint) => {
    expect(explain(name)).toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      at: line(at),
    })
  })

  it('is not signed at all', () => {
    const text =
      'Error: locking config: resolving apk packages: for arch "amd64": error getting repository indexes: reading index packages/x86_64/APKINDEX.tar.gz: failed to find key name in signature file name: APKINDEX'
    const apko = {
      name: 'apko',
      version: '1.2.31',
      path: '',
      sha256: '',
      source: 'path',
      flags: new Set<string>(),
    } as const
    const failure = explainFailure({ file, apko, code: 1, log: readApkoLog([text]), missing: [] })
    expect(failure).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message: 'the package repository packages cannot be used for x86_64: its index is not signed',
    })
  })
})

describe('the rest', () => {
  it.each([
    ['1.2.31-full-out', 'DISK_FULL', 'the disk is full, seen while writing small/o/blobs'],
    ['1.2.31-full-tmp', 'DISK_FULL', 'the disk is full, seen while writing /mnt/full'],
    ['0.14.7-full-tmp', 'DISK_FULL', 'the disk is full, seen while writing /mnt/full'],
    ['1.2.31-typo', 'CONFIG_INVALID', 'apko.yaml:9: apko 1.2.31 does not know "layerng"'],
    [
      '1.2.31-brokenlist',
      'CONFIG_INVALID',
      'apko.yaml:9: apko 1.2.31 cannot read it: cannot unmarshal !!seq into string',
    ],
    [
      '0.14.7-brokenlist',
      'CONFIG_INVALID',
      'apko.yaml:9: apko 0.14.7 cannot read it: cannot unmarshal !!seq into string',
    ],
    ['1.2.31-nofile', 'CONFIG_INVALID', 'apko.yaml:1: apko 1.2.31 cannot read it: file does not exist'],
    [
      '1.2.31-keymissing',
      'CONFIG_MISSING',
      'the key nokey.rsa.pub cannot be read: no such file or directory',
    ],
    [
      '0.14.7-keymissing',
      'CONFIG_MISSING',
      'the key nokey.rsa.pub cannot be read: no such file or directory',
    ],
    ['1.2.31-badflag', 'INPUT_INVALID', 'apko 1.2.31 build does not take --nosuch'],
    ['0.14.7-badflag', 'INPUT_INVALID', 'apko 0.14.7 build does not take --nosuch'],
  ])('%s', (name, code, message) => {
    const failure = explain(name)
    expect([failure.code, failure.message.slice(0, message.length)]).toEqual([code, message])
  })

  it('shows what apko said last when it cannot tell', () => {
    const apko = {
      name: 'apko',
      version: '1.2.31',
      path: '',
      sha256: '',
      source: 'path',
      flags: new Set<string>(),
    } as const
    const said = (...lines: string[]) =>
      explainFailure({ file, apko, code: 2, log: readApkoLog(lines), missing: [] })
    expect(said('a', 'Error: something new')).toMatchObject({
      code: 'IMAGE_FAILED',
      message: 'apko 1.2.31 could not build apko.yaml (exit code 2):\nsomething new',
    })
    expect(said('panic: a', 'goroutine 1').message).toContain('panic: a\ngoroutine 1')
    expect(said().message).toBe('apko 1.2.31 could not build apko.yaml (exit code 2)')
  })

  it('has every recorded log told apart from an unknown failure', () => {
    const names = readdirSync(folder).map(name => name.replace('.log', ''))
    expect(names.length).toBeGreaterThan(40)
    for (const name of names) expect([name, explain(name).code]).not.toEqual([name, 'IMAGE_FAILED'])
  })

  it('shows an error once', () => {
    expect(linesOf('1.2.31-badver').filter(each => each.includes('9.9.9'))).toHaveLength(2)
    expect(linesOf('0.14.7-badflag')).toEqual(['Error: unknown flag: --nosuch'])
  })
})
