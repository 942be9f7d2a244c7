import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { indexOf, signatureOf, stanzaOf } from '../apk-parts.ts'

/** An APKINDEX.tar.gz of apks, signed as melange does it today: `.SIGN.RSA256.<key>.pub`. */
export async function fakeIndex(apks: readonly string[], keyFile: string): Promise<Buffer> {
  const index = indexOf(await Promise.all(apks.map(async apk => stanzaOf(await readFile(apk)))))
  const key = createPrivateKey(await readFile(keyFile))
  return Buffer.concat([signatureOf(index, key, `${basename(keyFile)}.pub`), index])
}
