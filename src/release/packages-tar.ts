import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'

/** 1980: the same on every run, and no date that tar wonders about. */
const mtime = new Date(Date.UTC(1980, 0, 1))

/**
 * Writes an apk repository as a tar: below `packages/` the folders of the architectures with index and apks, beside them the
 * public key. A release is flat, and apk asks for `<architecture>/APKINDEX.tar.gz`, so it is one of these that is unpacked or
 * served. The same files give the same bytes. `files` are paths below `folder`.
 */
export async function writePackagesTar(
  folder: string,
  files: readonly string[],
  target: string,
): Promise<void> {
  const archive = pack()
  const written = pipeline(archive, createWriteStream(target))
  const fill = async (): Promise<void> => {
    for (const file of [...files].sort()) {
      const path = join(folder, file)
      const { size } = await stat(path)
      const entry = archive.entry({ name: `packages/${file}`, size, mode: 0o644, mtime, uid: 0, gid: 0 })
      await pipeline(createReadStream(path), entry)
    }
    archive.finalize()
  }
  await Promise.all([
    written,
    fill().catch((error: unknown) => {
      archive.destroy(error instanceof Error ? error : undefined)
      throw error
    }),
  ])
}
