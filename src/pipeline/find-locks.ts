import { stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { readLock, refuseOtherThanLock } from '../apko/read-lock.ts'
import { Failure } from '../domain/failure.ts'
import { collect } from '../domain/failures.ts'
import type { LockMode, LockWish } from '../domain/lock.ts'
import { foreseen } from '../domain/outcome.ts'
import type { ImagePlan } from './plan.ts'

export interface LocksWish {
  /** The input `lockfile`: `update`, `frozen`, a path (with `{name}` for several images), or undefined. */
  readonly lockfile: string | undefined
  /** Packages that inputs add to every image. */
  readonly packages: readonly string[]
  /** Absolute path. */
  readonly workspace: string
}

/** Gives each image its lock, where it has one, and tells what is wrong with locks that are to be built by. */
export async function findLocks(
  images: readonly ImagePlan[],
  wish: LocksWish,
): Promise<{ images: readonly ImagePlan[]; failures: readonly Failure[] }> {
  const failures: Failure[] = []
  const locked = await Promise.all(
    images.map(async image => {
      const lock = await lockOf(image, wish)
      if (lock === undefined) return image
      if (lock.mode === 'update') await collect(failures, () => refuseOtherThanLock(lock))
      else failures.push(...(await wrongWith(lock, image, wish)))
      return { ...image, lock }
    }),
  )
  const paths = locked.flatMap(image =>
    'lock' in image && image.lock !== undefined ? [image.lock.path] : [],
  )
  if (new Set(paths).size < paths.length) return { images, failures: [sharedLock(wish.lockfile ?? '')] }
  return { images: locked, failures }
}

async function lockOf(
  { file }: Pick<ImagePlan, 'file'>,
  { lockfile, workspace }: LocksWish,
): Promise<LockWish | undefined> {
  const beside = resolve(workspace, file.file).replace(/(?:\.ya?ml)?$/i, '.lock.json')
  if (lockfile === undefined) return (await isFile(beside)) ? lockAt('use', beside, workspace) : undefined
  const keyword = lockfile.toLowerCase()
  if (keyword === 'update' || keyword === 'frozen') return lockAt(keyword, beside, workspace)
  return lockAt('use', resolve(workspace, lockfile.replaceAll('{name}', file.name)), workspace)
}

function lockAt(mode: LockMode, path: string, workspace: string): LockWish {
  const inside = relative(workspace, path)
  return { mode, path, file: inside.startsWith('..') || isAbsolute(inside) ? path : inside }
}

async function wrongWith(
  lock: LockWish,
  { file, architectures }: ImagePlan,
  { packages }: LocksWish,
): Promise<readonly Failure[]> {
  try {
    await readLock(lock, { file, architectures, packages })
    return []
  } catch (error) {
    return foreseen(error)
  }
}

function sharedLock(lockfile: string): Failure {
  return new Failure(
    'INPUT_INVALID',
    `input "lockfile" is ${JSON.stringify(lockfile)} for several images; a lock is of one image`,
    { hint: 'Write {name}, which stands for the name of the apko file, or leave "lockfile" out.' },
  )
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}
