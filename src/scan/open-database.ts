import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import type { Scanner } from '../domain/finding.ts'
import type { ScannerName } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { databaseCache, type CachedDatabase } from './database-cache.ts'
import { databaseFailure, fullDisk } from './database-failure.ts'
import { withoutLogin, type DatabaseWish } from './database-wish.ts'

/** A database that its scanner can be run with. */
export interface Database {
  /** Absolute path of the folder that the scanner is given. */
  readonly folder: string
  readonly facts: Scanner['database']
  /** For people: `from …, in the tool cache`. */
  readonly how: string
}

/** How a scanner's databases are had. Everything fails with SCAN_FAILED or DISK_FULL. */
export interface DatabaseMaker {
  readonly scanner: ScannerName
  /** Schema of the databases that this scanner reads: `6`. */
  readonly schema: string
  /** When the database in a folder was made, ISO 8601, if the scanner takes it and it is not too old. */
  check(folder: string): Promise<string>
  /** Makes one in `folder` from a file. */
  takeFile(path: string, folder: string): Promise<void>
  /**
   * Fetches the newest of a mirror into `folder`, and answers the sha256 (hex) of its archive where the mirror tells it;
   * `unchanged`, with nothing fetched, when that is `known`. `workshop` is a folder for what is needed on the way.
   */
  fetch(
    mirror: string,
    folder: string,
    more: { readonly workshop: string; readonly known: string | undefined },
  ): Promise<{ readonly sha256?: string } | 'unchanged'>
}

/**
 * The database of the day (UTC): from the tool cache, else a new one from the mirror or the file. When none can be had, the youngest
 * of the last days does, with a warning, as long as the scanner does not find it too old. Fails with SCAN_FAILED or DISK_FULL.
 */
export async function openDatabase(
  maker: DatabaseMaker,
  source: DatabaseWish,
  ports: Pick<Ports, 'toolCache' | 'clock' | 'log'>,
): Promise<Database> {
  const { scanner, schema } = maker
  const sha256 = source.kind === 'file' ? await digestOfFile(source) : undefined
  const from = source.kind === 'file' ? source.given : withoutLogin(source.place)
  const cache = databaseCache({ scanner, schema, source: sha256 ?? from }, ports)
  const cached = await cache.find()
  const today = await usable(cached, maker, ports)
  if (today !== undefined) return { ...today, how: `from ${from}, in the tool cache` }
  if (cached !== undefined) await cache.discard()
  const older = await usable(await cache.findOlder(), maker, ports)
  const stillGood = { ...older, how: `from ${from}, in the tool cache since an earlier day` }
  try {
    const made = await inWorkshop(ports, async (folder, workshop) => {
      const known = older?.facts.sha256
      const fetched =
        source.kind === 'file'
          ? await maker.takeFile(source.path, folder)
          : await maker.fetch(source.place, folder, { workshop, known })
      if (fetched === 'unchanged') return undefined
      const built = await maker.check(folder)
      return cache.keep(folder, { built, source: from, ...(sha256 && { sha256 }), ...fetched })
    })
    if (made !== undefined) return { ...made, how: `from ${from}` }
    if (isThere(stillGood)) return stillGood
    throw new TypeError('a database is unchanged that is not there')
  } catch (error) {
    const gone = error instanceof Failure && error.code === 'SCAN_FAILED'
    if (!gone || !isThere(stillGood)) throw error
    ports.log.warning(
      `${scanner}'s database is of an earlier day, since there is no newer one: ${error.message}`,
    )
    return stillGood
  }
}

async function digestOfFile({ path, given }: { path: string; given: string }): Promise<string> {
  return sha256OfFile(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why = code === 'ENOENT' ? 'it is gone' : code === 'EACCES' ? 'no permission' : String(error)
    const hint = 'Give scan-database a file that this job may read.'
    throw databaseFailure(`cannot read ${given}, the scanner's database: ${why}`, hint, error)
  })
}

function isThere(database: Partial<Database>): database is Database {
  return database.folder !== undefined && database.facts !== undefined
}

/** A cached database that the scanner takes; undefined when it does not. */
async function usable(
  cached: CachedDatabase | undefined,
  maker: DatabaseMaker,
  { log }: Pick<Ports, 'log'>,
): Promise<CachedDatabase | undefined> {
  if (cached === undefined) return undefined
  try {
    await maker.check(cached.folder)
    return cached
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'SCAN_FAILED') throw error
    log.info(`a database in the tool cache is not used: ${error.message}`)
    return undefined
  }
}

async function inWorkshop<T>(
  { toolCache }: Pick<Ports, 'toolCache'>,
  work: (folder: string, workshop: string) => Promise<T>,
): Promise<T> {
  const workshop = await toolCache.fresh()
  try {
    const folder = join(workshop, 'entry')
    await mkdir(folder)
    return await work(folder, workshop)
  } catch (error) {
    throw fullDisk(error, workshop)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}
