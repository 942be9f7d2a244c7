import { describe, expect, it } from 'vitest'
import { withBuiltPackages } from '../../../src/apko/built-packages.ts'
import { changeText, differenceOf } from '../../../src/apko/lock-difference.ts'
import { formatLock, parseLock, type Lock } from '../../../src/apko/lock-file.ts'
import { withLogins, withoutLogins } from '../../../src/apko/lock-logins.ts'

interface Entry {
  readonly name: string
  readonly version?: string
  readonly architecture?: string
  readonly url?: string
  readonly checksum?: string
}

function entry({ name, version = '1.0-r0', architecture = 'x86_64', ...rest }: Entry) {
  const url = `https://apk.example/main/${architecture}/${name}-${version}.apk`
  return {
    name,
    url,
    version,
    architecture,
    checksum: `Q1${name}${version}`,
    control: { range: '' },
    ...rest,
  }
}

function lockText(entries: readonly Entry[]): string {
  const config = { name: 'apko.yaml', checksum: 'sha256-a=' }
  const contents = { keyring: [], packages: entries.map(entry) }
  return `${JSON.stringify({ version: 'v1', config, contents }, null, 2)}\n`
}

const lockOf = (...entries: readonly Entry[]): Lock => parseLock(lockText(entries), 'apko.lock.json')

describe('a lock file', () => {
  it('is read and written as it was', () => {
    const text = lockText([{ name: 'a' }, { name: 'a', architecture: 'aarch64' }])
    const lock = parseLock(text, 'apko.lock.json')
    expect(lock.checksum).toBe('sha256-a=')
    expect(lock.packages.map(each => `${each.architecture.platform} ${each.name}`)).toEqual([
      'linux/amd64 a',
      'linux/arm64 a',
    ])
    expect(formatLock(lock, lock.packages)).toBe(text)
  })

  it('lists a package without an architecture under the platform of its repository, for apko would leave it out', () => {
    const url = 'https://apk.example/main/aarch64/n-1.0-r0.apk'
    const lock = lockOf({ name: 'n', architecture: 'noarch', url })
    expect(lock.packages[0]?.architecture.platform).toBe('linux/arm64')
    expect(formatLock(lock, lock.packages)).toContain('"architecture": "aarch64"')
  })

  it.each<[string, string, string, number]>([
    ['half of it', '{\n  "version": "v1",\n', 'it is not JSON', 3],
    ['nothing', '', 'it is not JSON', 1],
    ['a conflict', '{\n<<<<<<< HEAD\n"a": 1', 'it holds the marks of a merge conflict', 2],
    ['a list', '[]', 'it has no list "contents.packages"', 1],
    ['another version', lockText([]).replace('v1', 'v2'), 'its "version" is not "v1"', 1],
    [
      'no package',
      lockText([]).replace('[]\n', '[7]\n'),
      'entry 1 of "contents.packages" is not a package',
      1,
    ],
    [
      'no checksum',
      lockText([{ name: 'a', checksum: '' }]),
      'entry 1 of "contents.packages" has no "checksum"',
      1,
    ],
    [
      'architecture',
      lockText([{ name: 'a', architecture: 'z80' }]),
      'is of the unknown architecture "z80"',
      1,
    ],
  ])('that holds %s is LOCK_INVALID', (_, text, why, line) => {
    const parse = () => parseLock(text, 'apko.lock.json')
    expect(parse).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID', message: expect.stringContaining(why) }),
    )
    expect(parse).toThrow(
      expect.objectContaining({ at: expect.objectContaining({ file: 'apko.lock.json', line }) }),
    )
  })
})

describe('the difference of two locks', () => {
  it.each<[string, readonly Entry[], readonly Entry[], readonly string[]]>([
    ['nothing', [{ name: 'a' }], [{ name: 'a' }], []],
    ['added', [], [{ name: 'a' }], ['linux/amd64: a added, 1.0-r0']],
    ['removed', [{ name: 'a' }], [], ['linux/amd64: a removed, 1.0-r0']],
    [
      'upgraded',
      [{ name: 'a', version: '1.9-r0' }],
      [{ name: 'a', version: '1.10-r0' }],
      ['linux/amd64: a upgraded, 1.9-r0 -> 1.10-r0'],
    ],
    [
      'downgraded',
      [{ name: 'a', version: '1.0-r0' }],
      [{ name: 'a', version: '1.0_rc1-r9' }],
      ['linux/amd64: a downgraded, 1.0-r0 -> 1.0_rc1-r9'],
    ],
    ['rebuilt', [{ name: 'a' }], [{ name: 'a', checksum: 'Q1other' }], ['linux/amd64: a rebuilt, 1.0-r0']],
    [
      'by platform',
      [{ name: 'a' }],
      [{ name: 'a', architecture: 'aarch64' }],
      ['linux/amd64: a removed, 1.0-r0', 'linux/arm64: a added, 1.0-r0'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(differenceOf(lockOf(...before), lockOf(...after)).map(changeText)).toEqual(expected)
  })
})

describe('packages of this run in a lock', () => {
  const built = (version: string, checksum = 'Q1today') => ({
    name: 'app',
    version,
    checksum,
    url: `packages/x86_64/app-${version}.apk`,
  })
  const wish = { file: 'apko.lock.json' }

  it('are those of today, by name and version; others are those of the lock', () => {
    const lock = lockOf(built('1.0-r0', 'Q1old'), { name: 'b', version: '1.0-r0' })
    const { packages } = withBuiltPackages(
      lock,
      lockOf(built('1.0-r0'), { name: 'b', version: '2.0-r0' }),
      wish,
    )
    expect(packages.map(({ name, version, checksum }) => [name, version, checksum])).toEqual([
      ['app', '1.0-r0', 'Q1today'],
      ['b', '1.0-r0', 'Q1b1.0-r0'],
    ])
  })

  it.each<[string, readonly Entry[], readonly Entry[], string]>([
    [
      'another version',
      [built('1.0-r0')],
      [built('1.1-r0')],
      'linux/amd64 app 1.1-r0 is built in this run, it has 1.0-r0',
    ],
    [
      'one that it lacks',
      [{ name: 'b' }],
      [built('1.1-r0')],
      'app 1.1-r0 is built in this run, it has no such package',
    ],
    [
      'one less',
      [built('1.0-r0')],
      [{ name: 'b' }],
      'it has linux/amd64 app 1.0-r0, which is not built in this run',
    ],
  ])('make it stale: %s', (_, lock, fresh, why) => {
    expect(() => withBuiltPackages(lockOf(...lock), lockOf(...fresh), wish)).toThrow(
      expect.objectContaining({ code: 'LOCK_STALE', message: expect.stringContaining(why) }),
    )
  })
})

describe('logins', () => {
  const secret = 'https://user:s3cret@apk.example/main'
  const url = `${secret}/x86_64/a-1.0-r0.apk`
  const repositories = [
    { name: 'user:s3cret@apk.example/main/x86_64', url: `${secret}/x86_64/APKINDEX.tar.gz` },
  ]
  const document = { version: 'v1', contents: { repositories, packages: [entry({ name: 'a', url })] } }
  const lock = parseLock(JSON.stringify(document), 'apko.lock.json')

  it('are not written to a lock', () => {
    const clean = withoutLogins(lock)
    expect(formatLock(clean, clean.packages)).not.toMatch(/s3cret|user/)
    expect(formatLock(clean, clean.packages)).toContain('"apk.example/main/x86_64"')
  })

  it('are given back to what lies in a repository that is named with one', () => {
    const clean = withoutLogins(lock)
    expect(withLogins(clean, [`@tag ${secret}/`]).packages[0]?.url).toBe(url)
    expect(withLogins(clean, ['https://x:y@apk.example/mainly']).packages[0]?.url).toBe(
      clean.packages[0]?.url,
    )
  })
})
