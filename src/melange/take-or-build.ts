import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import { foldersOf } from './build-arguments.ts'
import { buildPackage } from './build-package.ts'
import { titleOf, type BuildJob } from './build-request.ts'
import type { ReadFacts } from './content-facts.ts'
import { contentKey } from './content-key.ts'
import type { PackageStore } from './package-store.ts'
import { removeTree } from './remove-tree.ts'
import { resignPackages } from './resign-packages.ts'

export interface PackageCache {
  readonly facts: ReadFacts
  readonly store: PackageStore
  /** Whether the store was empty when the run began: then builds begin at once, and their keys are found out beside. */
  readonly blank: boolean
}

export interface BuiltOrTaken {
  /** Absolute paths of the apks, in the build's own place, signed with this run's key. */
  readonly apks: readonly string[]
  /** Whether they came out of the store. */
  readonly taken: boolean
}

/**
 * As {@link buildPackage}, but a build whose content key is in the store is not run: its apks are taken and signed anew. What is
 * built is kept. To be called when all that the file needs of this run is in the repository's index: that is part of the key.
 */
export async function takeOrBuild(
  job: BuildJob,
  cache: PackageCache | undefined,
  ports: Pick<Ports, 'processes' | 'http' | 'log'>,
): Promise<BuiltOrTaken> {
  if (cache === undefined) return { apks: await buildPackage(job, ports), taken: false }
  if (cache.blank) return buildBeside(job, cache, ports)
  const facts = await cache.facts(job)
  const key = facts && contentKey(facts)
  const found = key && (await takeStored(job, { store: cache.store, key }, ports))
  if (found) {
    ports.log.info(`${titleOf(job)}: as built before (${key.slice(0, 12)})`)
    return { apks: found, taken: true }
  }
  const apks = await buildPackage(job, ports)
  if (key) await cache.store.keep(key, apks)
  return { apks, taken: false }
}

/** Builds while the key is found out: it is only needed to keep what comes of it. */
async function buildBeside(
  job: BuildJob,
  { facts, store }: PackageCache,
  ports: Pick<Ports, 'processes' | 'http' | 'log'>,
): Promise<BuiltOrTaken> {
  const [built, found] = await Promise.allSettled([buildPackage(job, ports), facts(job)])
  if (built.status === 'rejected') throw built.reason
  if (found.status === 'rejected') throw found.reason
  if (found.value !== undefined) await store.keep(contentKey(found.value), built.value)
  return { apks: built.value, taken: false }
}

async function takeStored(
  job: BuildJob,
  { store, key }: { readonly store: PackageStore; readonly key: string },
  ports: Pick<Ports, 'processes' | 'log'>,
): Promise<readonly string[] | undefined> {
  const { request, architecture, place } = job
  const { out, temp } = foldersOf(place)
  const target = join(out, architecture.apk)
  for (const folder of [target, temp]) await mkdir(folder, { recursive: true })
  const apks = await store.find(key, target)
  if (apks === undefined) return undefined
  try {
    await resignPackages({ melange: request.melange, key: request.key, apks, scratch: temp }, ports)
    return apks
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'PACKAGE_FAILED') throw error
    ports.log.warning(`${titleOf(job)} is built anew: ${error.message}`)
    await removeTree(target)
    return undefined
  }
}
