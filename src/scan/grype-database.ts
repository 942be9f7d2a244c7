import { basename, join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Tool } from '../domain/tool.ts'
import type { Finished, Ports } from '../ports.ts'
import { downloadDatabase } from './database-download.ts'
import { databaseFailure } from './database-failure.ts'
import { fetchListing } from './grype-listing.ts'
import { grypeEnvironment } from './grype-driver.ts'
import { parseObject, textOf } from './json-document.ts'
import type { DatabaseMaker } from './open-database.ts'
import { lastWords, runScanner } from './run-scanner.ts'

export interface MakerSetting {
  readonly tool: Tool
  /** Absolute path of a folder for this run alone. */
  readonly temp: string
  /** Milliseconds that one step may take. */
  readonly limit: number
}

/**
 * grype's databases. They are fetched by us and imported by grype, so that an outage, a wrong checksum, a full disk and
 * garbage are told apart; whether one is too old is grype's to say. Fails with SCAN_FAILED when this grype is too old itself.
 */
export async function grypeDatabases(setting: MakerSetting, ports: Ports): Promise<DatabaseMaker> {
  const schema = await askSchema(setting.tool, ports)
  const takeFile = (path: string, folder: string): Promise<void> =>
    importInto(folder, { ...setting, path }, ports)
  return {
    scanner: 'grype',
    schema,
    takeFile,
    check: folder => check(folder, setting, ports),
    async fetch(mirror, folder, { workshop, known }) {
      const { archive, sha256 } = await fetchListing(mirror, schema, ports)
      if (sha256 === known) return 'unchanged'
      const file = join(workshop, basename(new URL(archive).pathname))
      await downloadDatabase({ url: archive, sha256 }, file, ports)
      await takeFile(file, folder)
      return { sha256 }
    },
  }
}

async function askSchema(tool: Tool, { processes }: Pick<Ports, 'processes'>): Promise<string> {
  const args = ['version', '-o', 'json']
  const { stdout } = await processes.ask({ tool: tool.path, args, env: grypeEnvironment('') })
  const schema = parseObject(stdout)?.['supportedDbSchema']
  if (typeof schema === 'number' && schema >= 6) return String(schema)
  throw databaseFailure(
    `grype ${tool.version} does not read databases that are still made`,
    'Set grype-version to 0.88.0 or newer: from then on databases have schema 6.',
  )
}

/** Has grype take an archive (`.tar.zst`, `.tar.gz`, …) or a bare `.db`. */
async function importInto(
  folder: string,
  setting: MakerSetting & { readonly path: string },
  ports: Ports,
): Promise<void> {
  const { tool, temp, path } = setting
  const env = { ...grypeEnvironment(folder), TMPDIR: temp }
  const doing = 'import of its database'
  try {
    await runScanner({ ...setting, args: ['db', 'import', path], env, cwd: temp, doing }, ports)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'SCAN_FAILED') throw error
    throw databaseFailure(
      `this is not a database that grype ${tool.version} can use: ${error.message}`,
      "Give scan-database the archive that the listing (v6/latest.json) names, or leave it out to get grype's own.",
      error,
    )
  }
}

async function check(
  folder: string,
  { tool, temp, limit }: MakerSetting,
  { processes }: Pick<Ports, 'processes'>,
): Promise<string> {
  const finished = await processes.ask({
    tool: tool.path,
    args: ['db', 'status', '-o', 'json'],
    env: grypeEnvironment(folder),
    cwd: temp,
    timeLimit: limit,
  })
  const status = parseObject(finished.stdout)
  const built = textOf(status?.['built'])
  if (finished.code === 0 && status?.['valid'] === true && built !== '') return built
  throw refusal(finished, { built, error: textOf(status?.['error']) })
}

function refusal(
  finished: Finished,
  { built, error }: { readonly built: string; readonly error: string },
): Failure {
  const words = error === '' ? lastWords(finished) : error
  if (/max allowed age/.test(words)) {
    return databaseFailure(
      `grype's database is too old: made ${built}; ${words}`,
      'Give scan-database a mirror that is kept up to date or a newer file, or allow the age with the environment variable GRYPE_DB_MAX_ALLOWED_BUILT_AGE (such as 240h).',
    )
  }
  return databaseFailure(
    `grype cannot use its database: ${words}`,
    'Give another scan-database, or leave it out.',
  )
}
