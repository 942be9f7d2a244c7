import { createHash } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import type { World } from '../ports.ts'
import { decideCache, type CacheWish } from './cache-policy.ts'
import type { PackagePlan, Plan } from './plan.ts'
import { openRunCaches, type RunCaches } from './run-caches.ts'

export interface CachedWork {
  /** The input. */
  readonly cache: CacheWish
  readonly plan: Pick<Plan, 'packages'>
}

/** Opens the caches for `work` and hands them on in the end, also when it failed; not after a cancel, which leaves no time. */
export async function withCaches<T>(
  { cache, plan: { packages } }: CachedWork,
  world: World,
  work: (caches: RunCaches) => Promise<T>,
): Promise<T> {
  const caches = await openRunCaches(
    {
      policy: decideCache(cache, world.context),
      scope: scopeOf(packages),
      packages: packages.files.length > 0,
    },
    world,
  )
  try {
    const done = await work(caches)
    await caches.save()
    return done
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'CANCELLED')) await caches.save()
    throw error
  }
}

/** Architectures, and which files: legs of a matrix each have packages of their own. */
function scopeOf({ files, architectures }: PackagePlan): string {
  const names = files.map(({ file }) => file).toSorted()
  const part = createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 8)
  return [...architectures.map(({ apk }) => apk).toSorted(), ...(names.length > 0 ? [part] : [])].join('-')
}
