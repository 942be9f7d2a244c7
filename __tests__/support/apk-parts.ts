import { createHash, createSign, type KeyObject } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { tarEnd, tarEntry, writeEntry } from '../../scripts/kit/tar.ts'
import { readTar } from '../../scripts/kit/untar.ts'
import { firstMember } from '../../src/domain/gzip-member.ts'

/** The gzip members of an apk: its control part and its data, perhaps a signature before them. */
export interface ApkParts {
  readonly signature: Buffer
  readonly control: Buffer
  readonly data: Buffer
}

export function splitApk(apk: Buffer): ApkParts {
  const first = firstMember(apk)
  const isSigned = first.content.toString('latin1', 0, 6) === '.SIGN.'
  const start = isSigned ? first.length : 0
  const end = start + firstMember(apk.subarray(start)).length
  return { signature: apk.subarray(0, start), control: apk.subarray(start, end), data: apk.subarray(end) }
}

/** The apk with a signature of the key over its control part, as `melange sign` writes it. */
export function signApk(apk: Buffer, key: KeyObject, publicName: string): Buffer {
  const { control, data } = splitApk(apk)
  return Buffer.concat([signatureOf(control, key, publicName), control, data])
}

/** A gzip member with an entry `.SIGN.RSA256.<publicName>` over the bytes, whose archive has no end. */
export function signatureOf(bytes: Buffer, key: KeyObject, publicName: string): Buffer {
  const data = createSign('RSA-SHA256').update(bytes).sign(key)
  return gzipSync(writeEntry(tarEntry(`.SIGN.RSA256.${publicName}`, { data })))
}

/** What an index says of an apk. */
export function stanzaOf(apk: Buffer): string {
  const { control } = splitApk(apk)
  const info = [...readTar(firstMember(control).content)].find(({ name }) => name === '.PKGINFO')
  const value = (key: string): string =>
    new RegExp(`^${key} = (.*)$`, 'm').exec(info?.data.toString() ?? '')?.[1] ?? ''
  return [
    `C:Q1${createHash('sha1').update(control).digest('base64')}`,
    `P:${value('pkgname')}`,
    `V:${value('pkgver')}`,
    `A:${value('arch')}`,
    `S:${apk.length}`,
    '',
  ].join('\n')
}

/** An index of the stanzas, not signed. */
export function indexOf(stanzas: readonly string[]): Buffer {
  const files = [
    tarEntry('DESCRIPTION', { data: Buffer.from('by hand\n') }),
    tarEntry('APKINDEX', { data: Buffer.from(`${stanzas.join('\n')}\n`) }),
  ]
  return gzipSync(Buffer.concat([...files.map(file => writeEntry(file)), tarEnd]))
}
