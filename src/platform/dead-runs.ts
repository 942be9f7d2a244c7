import { lstat, mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { wipePath } from './wiped-paths.ts'

const day = 24 * 60 * 60 * 1000

export interface SweepOptions {
  /** What the names of such folders begin with, before the process id. */
  readonly prefix?: string
  /** Folders in each that hold secrets: overwritten before they are removed. */
  readonly secrets?: readonly string[]
}

/** Makes the folder `<prefix><pid>-…` for this run, which a later run removes should this one be killed. */
export async function makeRunFolder(root: string, prefix: string): Promise<string> {
  return mkdtemp(join(root, `${prefix}${process.pid}-${await processSpace()}-`))
}

/**
 * Removes the folders `<prefix><pid>-…` of this user that runs no longer alive left behind. Where the id may be of another
 * container, only after a day: nobody here can tell whether that process lives.
 */
export async function sweepDeadRuns(
  root: string,
  { prefix = '', secrets = [] }: SweepOptions = {},
): Promise<void> {
  const names = await readdir(root).catch(() => [])
  const here = await processSpace()
  for (const name of names.filter(each => each.startsWith(prefix))) {
    const [, pid, space] = /^(\d+)-(?:(\d{6,})-)?\w+$/.exec(name.slice(prefix.length)) ?? []
    const path = join(root, name)
    const age = space === here ? 0 : day
    if (pid === undefined || isAlive(Number(pid)) || !(await isOurs(path, age))) continue
    // Another job may sweep at the same time.
    for (const secret of secrets) await wipePath(join(path, secret)).catch(() => {})
    await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

/** Whether it is a folder of this user, untouched for `age` milliseconds. */
async function isOurs(path: string, age: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) return false
  return age === 0 || Date.now() - found.mtimeMs >= age
}

/** Number of the space in which process ids count: each container has its own. */
export async function processSpace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '')
  return /\d{6,}/.exec(link)?.[0] ?? '000000'
}

/** Whether there is a process of this id, ours or not. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
