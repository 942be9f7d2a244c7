import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { sha256 } from './release-tarball.ts'
import { tarEnd, tarEntry, writeEntry } from './tar.ts'

/** A database of grype with made-up vulnerabilities, as a mirror has it. */
export interface KitGrypeDatabase {
  /** To be served: `v6/latest.json` and the archive beside it. */
  readonly folder: string
  /** Path of the archive, which can be imported as well. */
  readonly archive: string
  /** Of the archive, in hex. */
  readonly sha256: string
}

const fixtures = new URL('../../__tests__/fixtures/scan/', import.meta.url)
const name = 'vulnerability-db_v6.1.10_made-up.tar.gz'

/** Makes the database from SQL, as one that was made at the given time, into `folder`. Takes a moment; nothing is cached. */
export async function kitGrypeDatabase(folder: string, built = new Date()): Promise<KitGrypeDatabase> {
  const data = await makeDatabase(built)
  const archive = await promisify(gzip)(
    Buffer.concat([writeEntry(tarEntry('vulnerability.db', { data })), tarEnd]),
  )
  const listing = {
    status: 'active',
    schemaVersion: 'v6.1.10',
    built: `${built.toISOString().slice(0, 19)}Z`,
    path: name,
    checksum: `sha256:${sha256(archive)}`,
  }
  await mkdir(join(folder, 'v6'), { recursive: true })
  await writeFile(join(folder, 'v6', name), archive)
  await writeFile(join(folder, 'v6', 'latest.json'), `${JSON.stringify(listing, undefined, 2)}\n`)
  return { folder, archive: join(folder, 'v6', name), sha256: sha256(archive) }
}

async function makeDatabase(built: Date): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'giropops-kit-database-'))
  try {
    const file = join(folder, 'vulnerability.db')
    const database = new DatabaseSync(file)
    for (const part of ['schema.sql', 'findings.sql']) {
      database.exec(await readFile(new URL(part, fixtures), 'utf8'))
    }
    const stamp = built
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, '+00:00')
    database.prepare('UPDATE db_metadata SET build_timestamp = ?').run(stamp)
    database.close()
    return await readFile(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
