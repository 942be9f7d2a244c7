import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { writeBolt } from './bolt-file.ts'
import { sha256 } from './release-tarball.ts'
import { tarEnd, tarEntry, writeEntry } from './tar.ts'

/** A database of trivy with made-up vulnerabilities. */
export interface KitTrivyDatabase {
  /** Path of `db.tar.gz`: the layer of the artifact that a registry has. */
  readonly archive: string
  /** Of the archive, in hex. */
  readonly sha256: string
}

/** Made-up vulnerabilities, those of findings.sql as trivy has them: a distribution's by the source package. */
const madeUp = {
  wolfi: {
    openssl: { 'CVE-2026-11111': { FixedVersion: '3.0.30-r0' } },
    zlib: { 'CVE-2026-11112': { FixedVersion: '1.2.14-r0' } },
    xz: { 'CVE-2026-11118': { FixedVersion: '5.0.0-r0' } },
  },
} as const

const details = {
  'CVE-2026-11111': {
    Severity: 'CRITICAL',
    Title: 'Made up: a handshake is answered with the memory of others.',
  },
  'CVE-2026-11112': {
    Severity: 'HIGH',
    Title: 'Made up: a stream makes the reader write beyond its window.',
  },
  'CVE-2026-11118': { Severity: 'CRITICAL', Title: 'Made up, and mended long ago.' },
} as const

const sources = {
  wolfi: { ID: 'wolfi', Name: 'Made up', URL: 'https://example.invalid/wolfi' },
} as const

/** Makes the database, as one that was made at the given time, into `folder`. */
export async function kitTrivyDatabase(folder: string, built = new Date()): Promise<KitTrivyDatabase> {
  const day = 24 * 3_600_000
  const metadata = {
    Version: 2,
    UpdatedAt: built.toISOString(),
    NextUpdate: new Date(built.getTime() + day).toISOString(),
    DownloadedAt: '0001-01-01T00:00:00Z',
  }
  const packages = Object.entries(madeUp).map(
    ([source, all]) =>
      [source, Object.fromEntries(Object.entries(all).map(([name, found]) => [name, jsons(found)]))] as const,
  )
  const data = writeBolt({
    ...Object.fromEntries(packages),
    vulnerability: jsons(details),
    'data-source': jsons(sources),
  })
  const entries = [
    tarEntry('trivy.db', { data }),
    tarEntry('metadata.json', { data: Buffer.from(JSON.stringify(metadata)) }),
  ]
  const tarball = await promisify(gzip)(Buffer.concat([...entries.map(entry => writeEntry(entry)), tarEnd]))
  await mkdir(folder, { recursive: true })
  const archive = join(folder, 'db.tar.gz')
  await writeFile(archive, tarball)
  return { archive, sha256: sha256(tarball) }
}

function jsons(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]))
}
