import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scanner } from '../domain/finding.ts'
import type { ScannerName } from '../domain/tool.ts'
import type { Ports, ToolCacheEntry } from '../ports.ts'
import { isObject, parseObject, textOf } from './json-document.ts'

const day = 24 * 3_600_000
const file = 'giropops-database.json'
/** Databases of other days are used for no longer than this, and then removed. */
const keptDays = 5
/** So far back old ones are looked for. */
const sweptDays = 30

/** What databases are told apart by, besides the day. */
export interface CacheKey {
  readonly scanner: ScannerName
  /** Of the database's schema: `6`. */
  readonly schema: string
  /** What it is made from: a URL, or the digest of a file. */
  readonly source: string
}

export interface CachedDatabase {
  readonly folder: string
  readonly facts: Scanner['database']
}

/**
 * Databases in the tool cache, a day's each (UTC), as entries of their own: one that another job works with is never
 * changed.
 */
export function databaseCache(key: CacheKey, { toolCache, clock }: Pick<Ports, 'toolCache' | 'clock'>) {
  const today = clock.now().getTime()
  const find = async (daysAgo: number): Promise<CachedDatabase | undefined> => {
    const folder = await toolCache.find(entryOf(key, today - daysAgo * day))
    const facts = folder === undefined ? undefined : await readFacts(folder)
    return folder === undefined || facts === undefined ? undefined : { folder, facts }
  }
  return {
    /** That of the day. */
    find: () => find(0),
    /** The youngest of the days before. */
    async findOlder(): Promise<CachedDatabase | undefined> {
      for (let daysAgo = 1; daysAgo <= keptDays; daysAgo += 1) {
        const found = await find(daysAgo)
        if (found !== undefined) return found
      }
      return undefined
    },
    /** Takes out that of the day. */
    discard: () => toolCache.discard(entryOf(key, today)),
    /** Makes a folder into the entry of the day, and removes those that are too old to be used. */
    async keep(folder: string, facts: Scanner['database']): Promise<CachedDatabase> {
      await writeFile(join(folder, file), `${JSON.stringify(facts, undefined, 2)}\n`)
      const entry = entryOf(key, today)
      const there = await toolCache.find(entry)
      if (there !== undefined && (await readFacts(there)) === undefined) await toolCache.discard(entry)
      const kept = await toolCache.adopt(folder, entry)
      for (let daysAgo = keptDays + 1; daysAgo <= sweptDays; daysAgo += 1) {
        const old = entryOf(key, today - daysAgo * day)
        if ((await toolCache.find(old)) !== undefined) await toolCache.discard(old)
      }
      return { folder: kept, facts: (await readFacts(kept)) ?? facts }
    },
  }
}

function entryOf({ scanner, schema, source }: CacheKey, time: number): ToolCacheEntry {
  const date = new Date(time)
  const version = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()].join('.')
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 12)
  return { tool: `${scanner}-database`, version, arch: `v${schema}-${hash}` }
}

async function readFacts(folder: string): Promise<Scanner['database'] | undefined> {
  const facts = parseObject(await readFile(join(folder, file), 'utf8').catch(() => ''))
  if (!isObject(facts)) return undefined
  const [built, source, sha256] = [textOf(facts['built']), textOf(facts['source']), textOf(facts['sha256'])]
  return built === '' ? undefined : { built, source, ...(sha256 !== '' && { sha256 }) }
}
