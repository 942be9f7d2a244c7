import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolderStore, type PackageStore } from '../melange/package-store.ts'
import { removeTree } from '../melange/remove-tree.ts'
import type { World } from '../ports.ts'
import type { CachePolicy } from './cache-policy.ts'

export interface CachesWish {
  readonly policy: CachePolicy
  /** What this job builds, where jobs build different things: `x86_64`, a leg of the matrix. */
  readonly scope: string
  /** Whether packages are built at all. */
  readonly packages: boolean
}

/** What earlier runs left for this one. */
export interface RunCaches {
  /** undefined when the cache is off, or no package is built. */
  readonly store: PackageStore | undefined
  /** Absolute folder for melange's `--apk-cache-dir` and apko's `--cache-dir`: of the run alone when the cache is off. */
  readonly downloads: string
  /** Hands on what this run added, also when it failed; never fails itself. */
  save(): Promise<void>
}

const gigabyte = 1024 ** 3
/** Bytes of stored packages and of downloads; the runner's cache has 10 GB for a whole repository. */
const most = { packages: 2 * gigabyte, downloads: gigabyte }

type CachesWorld = Pick<World, 'log' | 'clock' | 'machine' | 'context' | 'cacheFolder' | 'jobCache'>

/** Opens the caches of a run: folders, which the runner's cache fills in a workflow. */
export async function openRunCaches(wish: CachesWish, world: CachesWorld): Promise<RunCaches> {
  const { policy, scope } = wish
  const { log, machine, context } = world
  if (policy.notice !== undefined) log.notice(policy.notice)
  if (!policy.use) {
    // Not the tools' own default below the home, which earlier runs of anybody may have filled.
    return { store: undefined, downloads: join(machine.temp, 'downloads'), save: async () => {} }
  }
  const packages = wish.packages ? await openShelf({ kind: 'packages', scope }, world) : undefined
  const downloads = await openShelf({ kind: 'downloads', scope }, world)
  return {
    store: packages && openFolderStore({ folder: packages.folder, most: most.packages }, world),
    downloads: downloads.folder,
    async save() {
      if (!context.workflow) return
      try {
        await forgetOwn(downloads.folder, most.downloads)
        await packages?.save()
        await downloads.save()
      } catch (error) {
        log.warning(`the cache is not kept: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
  }
}

interface Shelf {
  readonly kind: 'packages' | 'downloads'
  readonly scope: string
}

/** A folder below the cache's, filled from the job cache where it is empty. Its key tells what is in it: the same is not kept twice. */
async function openShelf(
  { kind, scope }: Shelf,
  { machine: { os, architecture }, context, cacheFolder, jobCache }: CachesWorld,
): Promise<{ readonly folder: string; save(): Promise<void> }> {
  const folder = join(cacheFolder, kind)
  const prefix = `giropops-${kind}-1-${os}-${architecture.apk}-`
  const own = `${prefix}${scope.replaceAll(/[^\w.-]/g, '_')}-`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (context.workflow && (await namesBelow(folder)).length === 0) {
    await jobCache.restore(`${own}newest`, [own, prefix], folder)
  }
  const before = await digestOf(folder)
  return {
    folder,
    async save() {
      const now = await digestOf(folder)
      if (now !== before && now !== nothing) await jobCache.save(`${own}${now}`, folder)
    },
  }
}

const nothing = 'nothing'

async function digestOf(folder: string): Promise<string> {
  const names = await namesBelow(folder)
  if (names.length === 0) return nothing
  return createHash('sha256').update(names.toSorted().join('\n')).digest('hex').slice(0, 32)
}

/** Files below a folder; what is in the making or under way not. */
async function namesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter(entry => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter(name => !name.startsWith('.fresh/'))
}

/**
 * Takes out of the tools' downloads what came from folders of this machine (`file%3A…`), which no other run finds there again;
 * all of it when there is too much: what is needed comes back.
 */
async function forgetOwn(folder: string, atMost: number): Promise<void> {
  const repositories = await readdir(folder).catch(() => [])
  for (const name of repositories) if (name.startsWith('file%3A')) await removeTree(join(folder, name))
  let size = 0
  for (const name of await namesBelow(folder)) {
    size += await lstat(join(folder, name)).then(
      found => found.size,
      () => 0,
    )
  }
  if (size <= atMost) return
  for (const name of await readdir(folder)) await removeTree(join(folder, name))
}
