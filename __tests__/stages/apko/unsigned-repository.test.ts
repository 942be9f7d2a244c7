import { readFile, readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { layOutUnsigned, signatureLength } from '../../../src/apko/unsigned-repository.ts'
import { tarOf } from './apko-layout.ts'
import { temporaryFolder } from './temporary-folder.ts'

const signature = async (content: string) =>
  gzipSync(await tarOf({ '.SIGN.RSA256.melange.rsa.pub': content }))
const control = async () => gzipSync(await tarOf({ '.PKGINFO': 'pkgname = a' }))
const data = async () => gzipSync(await tarOf({ 'usr/bin/a': 'x'.repeat(200_000) }))

async function repositoryOf(apk: Buffer) {
  const folder = await temporaryFolder({ 'melange.rsa.pub': 'key', 'x86_64/APKINDEX.tar.gz': 'signed' })
  await writeFile(join(folder, 'x86_64/a-1-r0.apk'), apk)
  const out = join(await temporaryFolder(), 'packages')
  await layOutUnsigned(folder, out)
  return { folder, out, apk: join(out, 'x86_64/a-1-r0.apk') }
}

describe('a repository without the signatures of its packages', () => {
  it('has equal packages, whatever key signed them and however long the signature is', async () => {
    const rest = Buffer.concat([await control(), await data()])
    for (const content of ['short', 'a longer one, of another key'.repeat(9)]) {
      const { apk } = await repositoryOf(Buffer.concat([await signature(content), rest]))
      expect((await readFile(apk)).equals(rest)).toBe(true)
    }
  })

  it('keeps indexes and keys as they are, as links', async () => {
    const { out, folder } = await repositoryOf(await control())
    expect(await readlink(join(out, 'x86_64/APKINDEX.tar.gz'))).toBe(join(folder, 'x86_64/APKINDEX.tar.gz'))
    expect((await readdir(out)).sort()).toEqual(['melange.rsa.pub', 'x86_64'])
  })

  it.each<[string, () => Promise<Buffer>]>([
    ['is not signed', control],
    ['is no gzip', async () => Buffer.from('not an apk')],
    ['is cut off', async () => (await control()).subarray(0, 20)],
    ['is empty', async () => Buffer.alloc(0)],
    [
      'begins with more than a signature can be',
      async () =>
        gzipSync(Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 251)), { level: 0 }),
    ],
  ])('links a package that %s, for apko to judge', async (_, content) => {
    const { apk, folder } = await repositoryOf(await content())
    expect(await readlink(apk)).toBe(join(folder, 'x86_64/a-1-r0.apk'))
    expect(await signatureLength(apk)).toBe(0)
  })
})
