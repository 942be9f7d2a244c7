import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import { firstMemberLength } from '../domain/gzip-member.ts'

/**
 * Lays out an apk repository with its signed indexes as they are, and its packages without their own signatures. apko checks
 * the index, which has a checksum of each package's control part, and never looks at a package's signature; but it stores the
 * size of the package with it, by which a key would show in the image. The rest is linked.
 */
export async function layOutUnsigned(repository: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const entry of await readdir(repository, { withFileTypes: true })) {
    const [from, to] = [join(repository, entry.name), join(folder, entry.name)]
    if (entry.isDirectory()) await layOutUnsigned(from, to)
    else if (entry.name.endsWith('.apk')) await layOutPackage(from, to)
    else await symlink(from, to)
  }
}

async function layOutPackage(from: string, to: string): Promise<void> {
  const start = await signatureLength(from)
  if (start === 0) await symlink(from, to)
  else await pipeline(createReadStream(from, { start }), createWriteStream(to))
}

/** A signature has a key's 512 bytes or so; no more is read. */
const longest = 64 * 1024

/** Bytes of the signature that an apk begins with (apk-tools, package format v2: a gzip member of its own); 0 when there is none. */
export async function signatureLength(apk: string): Promise<number> {
  const file = await open(apk)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longest), 0, longest, 0)
    const bytes = buffer.subarray(0, bytesRead)
    const length = firstMemberLength(bytes)
    const name = gunzipSync(bytes.subarray(0, length)).toString('latin1', 0, 6)
    return name === '.SIGN.' ? length : 0
  } catch (error) {
    // Not gzip, or a member that is longer than any signature: apko tells what is wrong with it.
    if (error instanceof TypeError || error instanceof RangeError || isZlibError(error)) return 0
    throw error
  } finally {
    await file.close()
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}
