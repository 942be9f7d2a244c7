import type { JobCache, Log } from '../ports.ts'

/** What is used of @actions/cache. */
export interface CacheToolkit {
  isFeatureAvailable(): boolean
  restoreCache(paths: string[], primaryKey: string, restoreKeys?: string[]): Promise<string | undefined>
  saveCache(paths: string[], key: string): Promise<number>
}

export interface RunnerCacheSetting {
  readonly env: NodeJS.ProcessEnv
  /** Loads @actions/cache, which is large, when it is needed. */
  readonly load: () => Promise<CacheToolkit>
  readonly log: Log
  /** Milliseconds after which a transfer is not waited for any more. */
  readonly restoreAtMost: number
  readonly saveAtMost: number
}

/** The JobCache port over the runner's cache service. Where there is none (a laptop, GHES without it), nothing is found or kept. */
export function openRunnerCache({ env, load, log, restoreAtMost, saveAtMost }: RunnerCacheSetting): JobCache {
  // As the toolkit looks for it, whose loading takes longer than all else that a run of ours does itself.
  const isThere = [env['ACTIONS_RESULTS_URL'], env['ACTIONS_CACHE_URL']].some(url => (url ?? '') !== '')
  const attempt = async <T>(
    what: string,
    most: number,
    work: (toolkit: CacheToolkit) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      if (!isThere) return undefined
      const toolkit = await load()
      if (toolkit.isFeatureAvailable()) return await within(most, work(toolkit))
      log.debug('the runner has no cache service')
    } catch (error) {
      log.warning(
        `the runner's cache: cannot ${what}: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    return undefined
  }
  return {
    restore: (key, prefixes, folder) =>
      attempt(`restore ${key}`, restoreAtMost, toolkit => toolkit.restoreCache([folder], key, [...prefixes])),
    async save(key, folder) {
      await attempt(`save ${key}`, saveAtMost, toolkit => toolkit.saveCache([folder], key))
    },
  }
}

async function within<T>(most: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const seconds = Math.round(most / 1000)
  const timer = setTimeout(
    () => reject(new Error(`no end after ${seconds} s, not waited for any more`)),
    most,
  )
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
