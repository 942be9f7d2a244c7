import { describe, expect, it } from 'vitest'
import { apkoFile, explainLines, explainRecorded, lineOf, recordedLines } from './recorded-builds.ts'

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
    expect(explainRecorded(name)).toMatchObject({ code: 'PACKAGE_UNRESOLVED', message, at: lineOf(at) })
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
    expect(explainRecorded(name, missing)).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message: expect.stringContaining(message),
    })
  })

  it('hints at what to give', () => {
    expect(explainRecorded('1.2.31-norepo').hint).toContain('repository-append')
    expect(explainRecorded('1.2.31-nopkg').hint).toContain('"nosuchpkg" in contents.repositories')
    expect(explainRecorded('1.2.31-nolocal').hint).toContain('melange-config')
  })

  it('tells that packages of a tagged repository want the tag', () => {
    const file = { ...apkoFile, repositories: ['@local packages'] }
    const { hint } = explainLines(recordedLines('1.2.31-nopkg'), { file })
    expect(hint).toContain('as "nosuchpkg@local"')
  })

  it.each(['1.2.31-pkg404', '0.14.7-pkg404'])('%s: in the index, but not in the repository', name => {
    expect(explainRecorded(name)).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message:
        "http://apk.example/pkg404/x86_64/busybox-1.35.0-r4.apk answers 404, though the repository's index lists it",
    })
  })
})
