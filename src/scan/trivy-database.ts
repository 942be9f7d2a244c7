import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import type { Ports } from '../ports.ts'
import { ageOf } from './database-age.ts'
import { databaseFailure } from './database-failure.ts'
import { publishedPlaces } from './database-wish.ts'
import type { MakerSetting } from './grype-database.ts'
import { parseObject, textOf } from './json-document.ts'
import type { DatabaseMaker } from './open-database.ts'
import { runScanner } from './run-scanner.ts'
import { trivyEnvironment } from './trivy-driver.ts'
import { unpackTrivyDatabase } from './trivy-archive.ts'
import { readSources } from './trivy-sources.ts'

/** Of the databases that every trivy since 0.20 reads. */
const schema = 2
/** As old as grype's may be. */
const oldest = 5 * 24 * 3_600_000
const passing =
  /connection re|i\/o timeout|no such host|TLS handshake|unexpected EOF|context deadline|TOOMANYREQUESTS|\b(?:429|50[0234])\b|server misbehaving|network is unreachable/i

/** trivy's databases: artifacts in a registry, which trivy fetches itself, or a file: the layer of such an artifact. */
export function trivyDatabases(setting: MakerSetting, ports: Ports): DatabaseMaker {
  return {
    scanner: 'trivy',
    schema: String(schema),
    takeFile: (path, folder) => unpackTrivyDatabase(path, join(folder, 'db')),
    check: folder => check(folder, ports),
    async fetch(mirror, folder) {
      await mkdir(folder, { recursive: true })
      await ports.patience.retry("download of trivy's database", () =>
        download(mirror, folder, { setting, ports }),
      )
      return {}
    },
  }
}

async function download(
  mirror: string,
  folder: string,
  { setting, ports }: { readonly setting: MakerSetting; readonly ports: Ports },
): Promise<void> {
  // Without the flag trivy tries more than one place of its own.
  const place = mirror === publishedPlaces.trivy ? [] : ['--db-repository', mirror]
  const args = ['image', '--download-db-only', '--cache-dir', folder, ...place]
  const env = { ...trivyEnvironment, TMPDIR: setting.temp }
  const doing = `download of its database from ${mirror}`
  try {
    await runScanner({ ...setting, args, env, cwd: setting.temp, doing }, ports)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'SCAN_FAILED') throw error
    const failure = databaseFailure(
      error.message,
      'Run it again later, let the runner reach the registry, or give scan-database: a mirror such as ghcr.io/aquasecurity/trivy-db:2, or a file.',
      error,
    )
    throw passing.test(error.message) ? new Transient(failure) : failure
  }
}

async function check(folder: string, { clock }: Pick<Ports, 'clock'>): Promise<string> {
  const text = await readFile(join(folder, 'db', 'metadata.json'), 'utf8').catch(() => '')
  const metadata = parseObject(text)
  const built = textOf(metadata?.['UpdatedAt'])
  const time = Date.parse(built)
  if (metadata?.['Version'] !== schema || Number.isNaN(time)) {
    throw databaseFailure(
      `trivy cannot use its database: its metadata.json is not of schema ${schema}`,
      'Give another scan-database, or leave it out.',
    )
  }
  if (clock.now().getTime() - time <= oldest) {
    await readSources(folder)
    return new Date(time).toISOString()
  }
  throw databaseFailure(
    `trivy's database is too old: made ${built}, ${ageOf(built, clock.now())} ago; at most 5 days are good`,
    'Give scan-database a mirror that is kept up to date, or a newer file.',
  )
}
