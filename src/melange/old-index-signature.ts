import { createSign, type KeyObject, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { Failure } from '../domain/failure.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import { firstMemberLength } from '../domain/gzip-member.ts'
import { replaceFile } from './replaced-file.ts'

/** tar's end of archive, which apk wants left off in all members but the last. */
const endOfArchive = 1024

/**
 * Signs an index again in the older form (`.SIGN.RSA.<name>`, RSA with SHA-1) that apko before 0.18 knows; melange writes
 * RSA256 only. The first gzip member is replaced, the rest stays byte for byte; in one rename.
 * Fails with PACKAGE_FAILED when the file is no index.
 */
export async function signIndexForOldApko(indexFile: string, key: SigningKey): Promise<void> {
  const bytes = await readFile(indexFile)
  const signed = withoutSignature(bytes, indexFile)
  const privateKey = createPrivateKey(await readFile(key.privateKey))
  const signature = await signatureMember(signed, privateKey, basename(key.publicKey))
  await replaceFile(indexFile, Buffer.concat([signature, signed]))
}

function withoutSignature(bytes: Buffer, indexFile: string): Buffer {
  try {
    const length = firstMemberLength(bytes)
    const first = gunzipSync(bytes.subarray(0, length)).toString('latin1', 0, 100)
    return first.startsWith('.SIGN.') ? bytes.subarray(length) : bytes
  } catch (cause) {
    throw new Failure('PACKAGE_FAILED', `${basename(indexFile)} is not an apk index`, { cause })
  }
}

async function signatureMember(signed: Buffer, key: KeyObject, publicName: string): Promise<Buffer> {
  const signature = createSign('RSA-SHA1').update(signed).sign(key)
  const archive = pack()
  const header = {
    name: `.SIGN.RSA.${publicName}`,
    mode: 0o644,
    mtime: new Date(0),
    uname: 'root',
    gname: 'root',
  }
  archive.entry(header, signature)
  archive.finalize()
  const tar = await buffer(archive)
  return gzipSync(tar.subarray(0, tar.length - endOfArchive))
}
