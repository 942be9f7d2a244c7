import { createSign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { tarEnd, tarEntry, writeEntry } from './tar.ts'

export interface IndexKey {
  readonly key: KeyObject
  /** Name under which apk looks for the public key: `local.rsa.pub`. */
  readonly publicName: string
}

/**
 * An APKINDEX.tar.gz of the stanzas, signed the older way (RSA with SHA-1), which every apko of the kit accepts:
 * a gzip of the signature's tar, without an end, followed by the gzip that it signs.
 */
export async function signIndex(stanzas: readonly string[], { key, publicName }: IndexKey): Promise<Buffer> {
  const compress = promisify(gzip)
  const files = [
    tarEntry('DESCRIPTION', { data: Buffer.from('local distribution\n') }),
    tarEntry('APKINDEX', { data: Buffer.from(`${stanzas.join('\n')}\n`) }),
  ]
  const index = await compress(Buffer.concat([...files.map(file => writeEntry(file)), tarEnd]))
  const signature = createSign('RSA-SHA1').update(index).sign(key)
  const signed = await compress(writeEntry(tarEntry(`.SIGN.RSA.${publicName}`, { data: signature })))
  return Buffer.concat([signed, index])
}
