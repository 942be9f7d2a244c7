import { createHash } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openFolderStore, type PackageStore } from '../melange/package-store.ts'
import { removeTree } from '../melange/remove-tree.ts'
import type { World } from '../ports.ts'
import type { CachePolicy } from './cache-policy.ts'
import { cacheShelfProblem } from './cache-shelf-problem.ts'

export interface CachesWish {
  readonly policy: CachePolicy
  /** What this job builds, where jobs build different things: `x86_64`, a leg of the matrix. */
  readonly scope: string
  /** Whether packages are built at all. */
  readonly packages: boolean
}

/** What earlier runs left for this one. */
export interface RunCaches {
  /** undefined when the cache is off or its folder can't be used, or no package is built. */
  readonly store: PackageStore | undefined
  /** Absolute folder for melange's `--apk-cache-dir` and apko's `--cache-dir`: of the run alone when the cache is off or its folder can't be used. */
  readonly downloads: string
  /** Hands on what this run added, also when it failed; never fails itself. */
  save(): Promise<void>
}

const gigabyte = 1024 ** 3
/** Bytes of stored packages and of downloads; the runner's cache has 10 GB for a whole repository. */
const most = { packages: 2 * gigabyte, downloads: gigabyte }

type CachesWorld = Pick<World, 'log' | 'clock' | 'machine' | 'context' | 'cacheFolder' | 'jobCache'>

/**
 * Opens the caches of a run: folders, which the runner's cache fills in a workflow. A folder that can't be used, or that others may
 * write to, is left alone with a warning.
 */
export async function openRunCaches(wish: CachesWish, world: CachesWorld): Promise<RunCaches> {
  const { policy, scope } = wish
  const { log, machine, context, cacheFolder } = world
  if (policy.notice !== undefined) log.notice(policy.notice)
  // Not the tools' own default below the home, which earlier runs of anybody may have filled.
  const own = join(machine.temp, 'downloads')
  if (!policy.use || !(await isUsable(cacheFolder, log))) {
    return { store: undefined, downloads: own, save: async () => {} }
  }
  const packages = wish.packages ? await openShelf({ kind: 'packages', scope }, world) : undefined
  const downloads = await openShelf({ kind: 'downloads', scope }, world)
  return {
    store: packages && openFolderStore({ folder: packages.folder, most: most.packages }, world),
    downloads: downloads?.folder ?? own,
    async save() {
      if (!context.workflow) return
      try {
        if (downloads) await forgetOwn(downloads.folder, most.downloads)
        await packages?.save()
        await downloads?.save()
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

async function isUsable(folder: string, log: World['log']): Promise<boolean> {
  const problem = await cacheShelfProblem(folder)
  if (problem !== undefined) log.warning(`the cache folder ${folder} is left alone: ${problem}`)
  return problem === undefined
}

interface OpenShelf {
  readonly folder: string
  save(): Promise<void>
}

/**
 * A folder below the cache's, filled from the job cache where it is empty; undefined where it can't be used. Its key tells what is
 * in it: the same is not kept twice.
 */
async function openShelf(
  { kind, scope }: Shelf,
  { machine: { os, architecture }, context, cacheFolder, jobCache, log }: CachesWorld,
): Promise<OpenShelf | undefined> {
  const folder = join(cacheFolder, kind)
  const prefix = `giropops-${kind}-1-${os}-${architecture.apk}-`
  const own = `${prefix}${scope.replaceAll(/[^\w.-]/g, '_')}-`
  if (!(await isUsable(folder, log))) return undefined
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
