import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { Release } from '../../../src/tools/release.ts'
import { unpackTarball } from '../../../src/tools/unpack.ts'
import { tarball, type TarEntry } from './tarballs.ts'

const release: Release = {
  name: 'apko',
  version: '1.2.39',
  platform: 'linux_amd64',
  sha256: '',
  mirror: 'https://mirror.example',
}
const top = 'apko_1.2.39_linux_amd64'
const tool: TarEntry = { name: `${top}/apko`, content: 'binary', mode: 0o600 }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpack-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function unpack(bytes: Uint8Array, wanted = release): Promise<string> {
  const [path, target] = [join(folder, 'tarball'), join(folder, 'entry')]
  await writeFile(path, bytes)
  await unpackTarball(path, wanted, target)
  return target
}

describe('unpackTarball', () => {
  it('unpacks files without the one folder that they are in', async () => {
    const big = Buffer.alloc(3_000_000, 'x')
    const target = await unpack(
      await tarball([
        { name: `${top}/`, type: 'directory' },
        { name: `${top}/LICENSE`, content: big },
        tool,
        { name: `${top}/docs`, type: 'directory' },
        { name: `${top}/docs/a b/deep.md`, content: '' },
      ]),
    )
    expect(await readFile(join(target, 'apko'), 'utf8')).toBe('binary')
    expect((await stat(join(target, 'apko'))).mode & 0o777).toBe(0o755)
    expect((await readFile(join(target, 'LICENSE'))).equals(big)).toBe(true)
    expect(await readFile(join(target, 'docs/a b/deep.md'), 'utf8')).toBe('')
  })

  it('unpacks a flat tarball, as scanners have it', async () => {
    const trivy = { ...release, name: 'trivy', version: '0.74.0' } as const
    const target = await unpack(
      await tarball([
        { name: 'trivy', content: 'binary' },
        { name: 'contrib/html.tpl', content: 'x' },
      ]),
      trivy,
    )
    expect(await readFile(join(target, 'trivy'), 'utf8')).toBe('binary')
    expect(await readFile(join(target, 'contrib/html.tpl'), 'utf8')).toBe('x')
    for (const name of ['../trivy', '/trivy']) {
      await rm(join(folder, 'entry'), { recursive: true, force: true })
      await expect(unpack(await tarball([{ name, content: 'x' }]), trivy)).rejects.toThrow(
        'which is not below its top',
      )
    }
  })

  const long = `${top}/${'../'.repeat(40)}etc/passwd`
  it.each<[string, TarEntry, RegExp]>([
    [
      'a path upwards',
      { name: `${top}/../evil`, content: 'x' },
      /holds "apko_.*\/\.\.\/evil", which is not below/,
    ],
    ['a long path upwards', { name: long, content: 'x' }, /which is not below/],
    ['an absolute path', { name: '/tmp/evil', content: 'x' }, /holds "\/tmp\/evil", which is not below/],
    ['a path elsewhere', { name: 'other/apko', content: 'x' }, /holds "other\/apko", which is not below/],
    ['a file beside the folder', { name: `${top}.txt`, content: 'x' }, /which is not below/],
    ['a dot in the path', { name: `${top}/./a`, content: 'x' }, /which is not below/],
    ['an empty step', { name: `${top}//a`, content: 'x' }, /which is not below/],
    ['a folder upwards', { name: `${top}/../evil/`, type: 'directory' }, /which is not below/],
    ['a symbolic link out', { name: `${top}/l`, type: 'symlink', linkname: '/etc/passwd' }, /a symlink$/],
    ['a symbolic link inside', { name: `${top}/l`, type: 'symlink', linkname: 'apko' }, /a symlink$/],
    [
      'a hard link',
      { name: `${top}/l`, type: 'link', linkname: '/etc/passwd' },
      /holds "apko_.*\/l", a link$/,
    ],
    ['a device', { name: `${top}/d`, type: 'character-device' }, /a character-device$/],
    ['a pipe', { name: `${top}/p`, type: 'fifo' }, /a fifo$/],
    ['a file twice', tool, /holds "apko" twice$/],
  ])('refuses %s, and keeps nothing', async (_, entry, message) => {
    for (const entries of [
      [tool, entry],
      [entry, tool],
    ]) {
      await expect(unpack(await tarball(entries))).rejects.toMatchObject({
        code: 'ARCHIVE_INVALID',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('Nothing of it was kept.'),
      })
      expect(existsSync(join(folder, 'entry'))).toBe(false)
    }
    expect(existsSync('/tmp/evil')).toBe(false)
  })

  it('refuses one without the tool', async () => {
    await expect(unpack(await tarball([{ name: `${top}/LICENSE`, content: 'x' }]))).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: 'the tarball of apko 1.2.39 for linux/amd64 holds no apko',
    })
    await expect(unpack(await tarball([]))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' })
  })

  it('comes to an end whatever the order in which things happen', async () => {
    const [good, evil, late] = await Promise.all([
      tarball([tool, { name: `${top}/a`, content: Buffer.alloc(200_000, 'x') }]),
      tarball([
        tool,
        { name: `${top}/./a`, content: Buffer.alloc(200_000) },
        { name: `${top}/b`, content: '' },
      ]),
      tarball([{ name: `${top}/a`, content: Buffer.alloc(200_000) }, { name: '/b', content: 'x' }, tool]),
    ])
    const outcomes = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const path = join(folder, `${index}.tar.gz`)
        const bytes = [good, evil, late, good.subarray(0, good.length - 9)][index % 4] ?? good
        await writeFile(path, bytes)
        return unpackTarball(path, release, join(folder, `${index}`)).then(
          () => 'whole',
          (error: unknown) => (error instanceof Failure ? error.code : error),
        )
      }),
    )
    expect(outcomes.filter(outcome => outcome === 'whole')).toHaveLength(30)
    expect(outcomes.filter(outcome => outcome === 'ARCHIVE_INVALID')).toHaveLength(90)
  })

  it('refuses one that is damaged', async () => {
    const whole = await tarball([tool, { name: `${top}/LICENSE`, content: Buffer.alloc(100_000, 'x') }])
    const plain = gunzipSync(whole)
    const spoilt = Buffer.from(plain).fill(0x7f, 0, 100)
    for (const bytes of [
      whole.subarray(0, whole.length - 20),
      gzipSync(plain.subarray(0, 50_000)),
      gzipSync(spoilt),
      Buffer.from('not gzip'),
      Buffer.alloc(0),
    ]) {
      await expect(unpack(bytes)).rejects.toMatchObject({
        code: 'ARCHIVE_INVALID',
        message: expect.stringContaining('is damaged'),
      })
      expect(existsSync(join(folder, 'entry'))).toBe(false)
    }
  })
})
