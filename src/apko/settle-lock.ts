import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { LockWish, ProvenLock } from '../domain/lock.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { withBuiltPackages } from './built-packages.ts'
import { changeText, differenceOf } from './lock-difference.ts'
import { formatLock, parseLock, type Lock, type LockedPackage } from './lock-file.ts'
import { withLogins, withoutLogins } from './lock-logins.ts'
import { readLock } from './read-lock.ts'
import { resolveLock, type ResolvePlaces } from './resolve-lock.ts'

/** The lock that an image is built by. */
export interface SettledLock {
  /** Absolute path, for apko. */
  readonly path: string
  /** All that is installed, and nothing else. */
  readonly packages: readonly LockedPackage[]
  /** The user's; undefined when everything was resolved for this run alone. */
  readonly proven?: ProvenLock
}

/**
 * Settles what an image installs before it is built. With packages of this run apko resolves them with their key first, and
 * builds without it: the key does not become part of the image. Undefined when apko is to resolve as it builds.
 * Fails as {@link readLock} and {@link resolveLock} do.
 */
export async function settleLock(
  wish: ImageWish,
  request: ImagesRequest,
  places: ResolvePlaces,
): Promise<SettledLock | undefined> {
  const { lock } = wish
  const canLock = places.flags.size > 0
  const hasBuilt = request.repository !== undefined && canLock
  if (lock?.mode === 'update') {
    if (!canLock) throw cannotLock(request, lock)
    const fresh = await resolveLock(wish, request, places)
    return { ...(await keep(fresh, fresh.packages, places)), proven: await updateLock(lock, fresh, places) }
  }
  const fresh = hasBuilt ? await resolveLock(wish, request, places) : undefined
  if (lock !== undefined) return settleByLock(wish, request, { ...places, lock, fresh })
  return fresh === undefined ? undefined : keep(fresh, fresh.packages, places)
}

/** By the user's lock; `fresh` is what apko resolved of this run's packages, where there are any. */
async function settleByLock(
  { file, architectures }: ImageWish,
  { options }: ImagesRequest,
  { lock, fresh, ...places }: ResolvePlaces & { readonly lock: LockWish; readonly fresh: Lock | undefined },
): Promise<SettledLock> {
  const repositories = [
    ...file.repositories,
    ...file.buildRepositories,
    ...options.repositories,
    ...options.buildRepositories,
  ]
  const read = withLogins(
    await readLock(lock, { file, architectures, packages: options.packages }),
    repositories,
  )
  const { packages } = fresh === undefined ? read : withBuiltPackages(read, fresh, lock)
  const wanted = packages.filter(({ architecture }) => architectures.includes(architecture))
  const digest = digestOf(await readFile(lock.path))
  places.ports.log.info(`${file.name}: packages are those of the lock ${lock.file}`)
  const proven = { mode: lock.mode, file: lock.file, digest, changes: [] }
  return { ...(await keep(read, wanted, places)), proven }
}

/** Writes a lock where apko reads it. */
async function keep(
  lock: Lock,
  packages: readonly LockedPackage[],
  { stage }: Pick<ResolvePlaces, 'stage'>,
): Promise<SettledLock> {
  const path = join(stage, 'image.lock.json')
  await writeFile(path, formatLock(lock, packages))
  return { path, packages }
}

/** Writes the user's lock anew, and tells what that changed. */
async function updateLock(
  { path, file, mode }: LockWish,
  fresh: Lock,
  { ports: { log } }: ResolvePlaces,
): Promise<ProvenLock> {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  const lock = withoutLogins(fresh)
  const text = formatLock(lock, lock.packages)
  const changes = differenceOf(packagesIn(before, file), lock)
  if (before !== text) await writeFile(path, text)
  log.info(before === text ? `the lock ${file} is up to date` : `wrote the lock ${file}`)
  for (const change of changes) log.info(changeText(change))
  return { mode, file, digest: digestOf(text), changes }
}

/** What an older lock has; nothing when it cannot be read, for it is written anew. */
function packagesIn(text: string | undefined, file: string): Pick<Lock, 'packages'> {
  try {
    return text === undefined ? { packages: [] } : parseLock(text, file)
  } catch (error) {
    if (error instanceof Failure) return { packages: [] }
    throw error
  }
}

function cannotLock({ apko }: ImagesRequest, { file }: LockWish): Failure {
  return new Failure('TOOL_UNSUITED', `apko ${apko.version} cannot write a lock (${file})`, {
    hint: 'Take apko 0.13 or later, or leave the input "lockfile" out.',
  })
}
