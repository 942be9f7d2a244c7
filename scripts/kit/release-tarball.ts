import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { tarEnd, tarEntry, writeEntry } from './tar.ts'
import { readTar } from './untar.ts'

export interface ReleaseFiles {
  /** Name of the tarball without `.tar.gz`, which is also the folder it wraps: `apko_1.2.31_linux_amd64`. */
  readonly name: string
  readonly tool: string
  readonly binary: Buffer
  readonly licence: Buffer
  /** Whether the files are at the top, as in a scanner's tarball. */
  readonly flat?: boolean
}

/** A release as the tools' own pages have it: one folder with the binary and LICENSE, or both at the top. The same files give the same bytes. */
export async function packRelease({
  name,
  tool,
  binary,
  licence,
  flat = false,
}: ReleaseFiles): Promise<Buffer> {
  const top = flat ? '' : `${name}/`
  const entries = [
    tarEntry(`${top}LICENSE`, { data: licence }),
    tarEntry(`${top}${tool}`, { data: binary, mode: 0o755 }),
  ]
  return await promisify(gzip)(Buffer.concat([...entries.map(entry => writeEntry(entry)), tarEnd]))
}

/** Unpacks the regular files of a `.tar.gz` into the folder. */
export async function unpackRelease(tarball: Buffer, folder: string): Promise<void> {
  for (const { name, type, data, mode } of readTar(await promisify(gunzip)(tarball))) {
    if (type !== 'file') continue
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, data, { mode })
  }
}

/** sha256 in hex. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
