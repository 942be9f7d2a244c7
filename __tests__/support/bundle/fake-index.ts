import { createHash, createSign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tarEnd, tarEntry, writeEntry } from '../../../scripts/kit/tar.ts'

/** An APKINDEX.tar.gz of packages (`senhas-1.0.0-r0`), signed as melange does it today: `.SIGN.RSA256.<key>.pub`. */
export async function fakeIndex(packages: readonly string[], keyFile: string): Promise<Buffer> {
  const stanzas = packages.map(each => {
    const [, name = '', version = ''] = /^(.+)-(\d[^-]*-r\d+)$/.exec(each) ?? []
    return `C:Q1${createHash('sha1').update(each).digest('base64')}\nP:${name}\nV:${version}\n`
  })
  const apkindex = tarEntry('APKINDEX', { data: Buffer.from(stanzas.join('\n')) })
  const index = gzipSync(Buffer.concat([writeEntry(apkindex), tarEnd]))
  return Buffer.concat([await fakeSignature(index, keyFile), index])
}

/** The gzip member that stands before what is signed: `.SIGN.RSA256.<key>.pub`. */
export async function fakeSignature(bytes: Buffer, keyFile: string): Promise<Buffer> {
  const signature = createSign('RSA-SHA256')
    .update(bytes)
    .sign(await readFile(keyFile))
  const name = `.SIGN.RSA256.${basename(keyFile)}.pub`
  return gzipSync(writeEntry(tarEntry(name, { data: signature })))
}
