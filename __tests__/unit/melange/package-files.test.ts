import { createHash, createVerify, generateKeyPairSync } from 'node:crypto'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { expect, it } from 'vitest'
import { findEntry } from '../../../src/melange/apk-archive.ts'
import { firstMemberLength } from '../../../src/domain/gzip-member.ts'
import { signIndexForOldApko } from '../../../src/melange/old-index-signature.ts'
import { readPackage } from '../../../src/melange/package-info.ts'
import { fixture, temporaryFolder } from '../../support/melange-fixtures.ts'

const apk = fixture('packages/hello-1.2.3-r0.apk')

it('reads what an apk says of itself', async () => {
  const bytes = await readFile(apk)
  expect(await readPackage(apk)).toEqual({
    name: 'hello',
    version: '1.2.3-r0',
    arch: 'x86_64',
    file: 'x86_64/hello-1.2.3-r0.apk',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
  })
})

it.each([
  ['text', Buffer.from('not an apk')],
  ['empty', Buffer.alloc(0)],
  ['an empty archive', gzipSync(Buffer.alloc(1024))],
])('refuses %s', async (_, bytes) => {
  const file = join(temporaryFolder(), 'bad-1-r0.apk')
  await writeFile(file, bytes)
  await expect(readPackage(file)).rejects.toMatchObject({ code: 'PACKAGE_FAILED' })
})

it('refuses an apk that is cut off before it says what it is', async () => {
  const file = join(temporaryFolder(), 'cut-1-r0.apk')
  await writeFile(file, (await readFile(apk)).subarray(0, 700))
  await expect(readPackage(file)).rejects.toMatchObject({ code: 'PACKAGE_FAILED' })
})

it('finds the signature of an index at its start', async () => {
  const first = async (name: string) => (await findEntry(fixture(`packages/${name}`), () => true))?.name
  expect(await first('APKINDEX.tar.gz')).toBe('.SIGN.RSA256.melange.rsa.pub')
  expect(await first('unsigned.tar.gz')).toBe('APKINDEX')
  expect(await findEntry(apk, name => name === 'none')).toBeUndefined()
})

it('knows where the first gzip member ends, whatever its header has', () => {
  const member = gzipSync('first')
  const rest = gzipSync('second')
  expect(firstMemberLength(Buffer.concat([member, rest]))).toBe(member.length)
  const extra = Buffer.from([5, 0, 1, 2, 3, 4, 5])
  const named = Buffer.concat([
    member.subarray(0, 10),
    extra,
    Buffer.from('name\0comment\0'),
    Buffer.from([0, 0]),
    member.subarray(10),
  ])
  named[3] = 4 | 8 | 16 | 2
  expect(firstMemberLength(Buffer.concat([named, rest]))).toBe(named.length)
  expect(() => firstMemberLength(Buffer.from('nothing'))).toThrow('not gzip')
})

it('signs an index again in the older form, the rest byte for byte', async () => {
  const folder = temporaryFolder()
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { privateKey: join(folder, 'k.rsa'), publicKey: join(folder, 'k.rsa.pub'), throwAway: false }
  await writeFile(key.privateKey, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const original = await readFile(fixture('packages/APKINDEX.tar.gz'))
  const bodies = {
    'APKINDEX.tar.gz': original.subarray(firstMemberLength(original)),
    'unsigned.tar.gz': await readFile(fixture('packages/unsigned.tar.gz')),
  }
  for (const [name, signed] of Object.entries(bodies)) {
    const index = join(folder, name)
    await copyFile(fixture(`packages/${name}`), index)
    await signIndexForOldApko(index, key)
    const once = await readFile(index)
    const member = once.subarray(0, firstMemberLength(once))
    const entries = await entriesOf(gunzipSync(member))
    expect(entries.map(entry => entry.name)).toEqual(['.SIGN.RSA.k.rsa.pub'])
    expect(gunzipSync(member).length % 512).toBe(0)
    const body = once.subarray(member.length)
    expect(body).toEqual(signed)
    const verifier = createVerify('RSA-SHA1').update(body)
    expect(verifier.verify(publicKey, Buffer.from(entries[0]?.text ?? '', 'latin1'))).toBe(true)
    await signIndexForOldApko(index, key)
    expect(await readFile(index)).toEqual(once)
  }
  expect((await readdir(folder)).filter(name => name.endsWith('.part'))).toEqual([])
})

it('leaves what is no index alone', async () => {
  const folder = temporaryFolder()
  const index = join(folder, 'APKINDEX.tar.gz')
  await writeFile(index, 'nothing')
  const key = { privateKey: join(folder, 'k'), publicKey: join(folder, 'k.pub'), throwAway: false }
  await expect(signIndexForOldApko(index, key)).rejects.toMatchObject({
    code: 'PACKAGE_FAILED',
    message: 'APKINDEX.tar.gz is not an apk index',
  })
  expect(await readFile(index, 'utf8')).toBe('nothing')
})

async function entriesOf(tar: Buffer): Promise<{ name: string; text: string }[]> {
  const found: { name: string; text: string }[] = []
  const archive = Readable.from([Buffer.concat([tar, Buffer.alloc(1024)])]).pipe(extract())
  for await (const entry of archive) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    found.push({ name: entry.header.name, text: Buffer.concat(chunks).toString('latin1') })
  }
  return found
}
