import { mkdir } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'
import type { PlatformScan, Scanner } from '../domain/finding.ts'
import type { BuiltImage } from '../domain/image.ts'
import type { Machine } from '../domain/machine.ts'
import type { ScannerName, Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { tellAge } from './database-age.ts'
import { readDatabaseWish } from './database-wish.ts'
import { grypeDriver } from './grype-driver.ts'
import { grypeDatabases, type MakerSetting } from './grype-database.ts'
import { scanImage } from './scan-image.ts'
import { openDatabase, type Database, type DatabaseMaker } from './open-database.ts'
import type { ScannerDriver } from './scanner-driver.ts'
import { trivyDatabases } from './trivy-database.ts'
import { trivyDriver } from './trivy-driver.ts'

/** A scanner with its database, for all images of a run. */
export interface OpenScanner {
  readonly scanner: Scanner
  /** Every platform of an image, in its order, before anything of it is pushed. Fails with SCAN_FAILED, SCAN_BLIND or DISK_FULL. */
  scan(image: BuiltImage): Promise<readonly PlatformScan[]>
}

export interface ScannerWish {
  /** grype or trivy, as src/tools made it ready. */
  readonly tool: Tool
  /** The input `scan-database`. */
  readonly database?: string | undefined
  /** Whether the run must not go on without a database: whenever findings may stop it. */
  readonly required: boolean
  readonly machine: Pick<Machine, 'workspace' | 'temp'>
  /** Milliseconds that one look, or one step of making the database ready, may take. */
  readonly limit: number
}

/**
 * Makes the database ready: the one of the day from the tool cache, else a new one. Fails with SCAN_FAILED or DISK_FULL when
 * there is none; where none is required that is a warning, and the answer undefined: nothing is scanned then.
 */
export async function openScanner(wish: ScannerWish, ports: Ports): Promise<OpenScanner | undefined> {
  const { tool, machine, limit } = wish
  const name = scannerName(tool)
  const source = readDatabaseWish(name, wish.database, machine.workspace)
  await mkdir(machine.temp, { recursive: true })
  const openIt = async (): Promise<Database> =>
    openDatabase(await makers[name]({ tool, temp: machine.temp, limit }, ports), source, ports)
  const database = await openIt().catch((error: unknown) => {
    if (wish.required || !(error instanceof Failure) || error.code === 'CANCELLED') throw error
    ports.log.warning(`nothing is scanned: ${error.message}`)
    return undefined
  })
  if (database === undefined) return undefined
  tellAge(name, database, ports)
  const title = `${name} ${tool.version}`
  const driver = drivers[name]({ tool, database: database.folder, limit }, ports)
  return {
    scanner: { name, version: tool.version, database: database.facts },
    scan: image => scanImage(image, { driver, title, temp: machine.temp }, ports),
  }
}

const makers: Readonly<
  Record<ScannerName, (setting: MakerSetting, ports: Ports) => DatabaseMaker | Promise<DatabaseMaker>>
> = { grype: grypeDatabases, trivy: trivyDatabases }

type MakeDriver = (
  setting: { readonly tool: Tool; readonly database: string; readonly limit: number },
  ports: Ports,
) => ScannerDriver

const drivers: Readonly<Record<ScannerName, MakeDriver>> = { grype: grypeDriver, trivy: trivyDriver }

function scannerName({ name }: Tool): ScannerName {
  if (name === 'grype' || name === 'trivy') return name
  throw new TypeError(`${name} is no scanner`)
}
