import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports, ToolCacheEntry } from '../ports.ts'
import { readRecord, type EntryRecord } from './entry-record.ts'
import type { Release } from './release.ts'

const mostTries = 5
const pause = 100

/** The tool from the cache, when the tarball that it came from is the expected one. Otherwise undefined, with a warning if something else is there. */
export async function findCached(
  release: Release,
  { toolCache, log }: Pick<Ports, 'toolCache' | 'log'>,
): Promise<Tool | undefined> {
  const folder = await toolCache.find(entryOf(release))
  if (folder === undefined) return undefined
  const record = await readRecord(folder, release)
  if (record?.tarball === release.sha256) return cachedTool(release, folder, record)
  const is =
    record === undefined ? 'is not whole or not ours' : `came from a tarball with sha256 ${record.tarball}`
  log.warning(`${release.name} ${release.version} in the tool cache ${is}; it is replaced`)
  return undefined
}

/** Puts a finished folder into the cache and answers where the tool is. An equal one of another job is used, any other replaced. */
export async function placeInCache(
  release: Release,
  folder: string,
  { toolCache, clock }: Pick<Ports, 'toolCache' | 'clock'>,
): Promise<Tool> {
  const entry = entryOf(release)
  for (let tries = 0; tries < mostTries; tries += 1) {
    const there = await toolCache.find(entry)
    const record = there === undefined ? undefined : await readRecord(there, release)
    if (there !== undefined && record?.tarball === release.sha256) {
      return { ...cachedTool(release, there, record), source: 'download' }
    }
    if (there !== undefined) await toolCache.discard(entry)
    if (existsSync(folder)) await toolCache.adopt(folder, entry)
    // Ours was there, and another job is about to replace it.
    else await clock.sleep(pause)
  }
  throw new Failure(
    'DOWNLOAD_FAILED',
    `other jobs keep replacing ${release.name} ${release.version} in the tool cache`,
    { hint: 'Give jobs that take different builds of one version different folders in RUNNER_TOOL_CACHE.' },
  )
}

function entryOf({ name, version, platform }: Release): ToolCacheEntry {
  return { tool: name, version, arch: platform.slice(platform.indexOf('_') + 1) }
}

function cachedTool({ name, sha256 }: Release, folder: string, { version, flags }: EntryRecord): Tool {
  return { name, version, path: join(folder, name), sha256, source: 'cache', flags: new Set(flags) }
}
