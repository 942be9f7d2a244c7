import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { databaseFailure, fullDisk } from './database-failure.ts'

const files = new Set(['trivy.db', 'metadata.json'])

/**
 * Unpacks a database of trivy as its registry has it (`db.tar.gz`: `trivy.db` and `metadata.json`) into `folder`; other files are
 * passed over. Fails with SCAN_FAILED when it is damaged or lacks one of them, DISK_FULL.
 */
export async function unpackTrivyDatabase(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const missing = new Set(files)
  const hint =
    'Give scan-database the layer of the database artifact: db.tar.gz, with trivy.db and metadata.json.'
  try {
    const entries = extract()
    const unpacking = (async () => {
      for await (const entry of entries) {
        const name = entry.header.name.replace(/^\.\//, '')
        if (entry.header.type !== 'file' || !files.has(name)) {
          entry.resume()
          continue
        }
        await pipeline(entry, createWriteStream(join(folder, name)))
        missing.delete(name)
      }
    })()
    await Promise.all([pipeline(createReadStream(archive), createGunzip(), entries), unpacking])
  } catch (error) {
    const told = fullDisk(error, folder)
    if (told !== error) throw told
    const why = error instanceof Error ? error.message : String(error)
    throw databaseFailure(
      `this is not a database of trivy: ${archive} is no gzipped tar (${why})`,
      hint,
      error,
    )
  }
  if (missing.size === 0) return
  throw databaseFailure(`this is not a database of trivy: ${archive} has no ${[...missing].join(', ')}`, hint)
}
