import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../domain/failure.ts'
import { isAlive, processSpace } from './dead-runs.ts'

const lockName = '.giropops-lock'

/** Folders that this run has to itself. */
export interface ClaimedFolders {
  /** See `claimFolder` in src/ports.ts. */
  claim(folder: string): Promise<void>
  /** Gives them all back. */
  release(): Promise<void>
}

/**
 * Claims are files `.giropops-lock` that tell of the process. That of a dead process is taken over; so is that of a process which
 * cannot be looked at from here, in another container or on another host.
 */
export function openClaimedFolders(): ClaimedFolders {
  const claimed = new Map<string, string>()
  return {
    async claim(folder) {
      const lock = join(folder, lockName)
      if (claimed.has(lock)) return
      const own = JSON.stringify(await describeProcess(process.pid))
      while (!(await writeNew(lock, own))) {
        const found = await readLock(lock)
        const pid = await livingOwner(found)
        if (pid !== undefined) throw taken(pid, folder)
        await takeAway(lock, found)
      }
      claimed.set(lock, own)
    },
    async release() {
      for (const [lock, own] of claimed) {
        if ((await readFile(lock, 'utf8').catch(() => '')) === own) await rm(lock, { force: true })
      }
      claimed.clear()
    },
  }
}

async function describeProcess(pid: number): Promise<Readonly<Record<string, string | number>>> {
  return { pid, started: await startOf(pid), space: await processSpace(), host: hostname() }
}

/** When a process began, in the kernel's ticks (proc_pid_stat(5), field 22): ids are given out again. Empty where there is no /proc. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** Whether it was written; not when there is one. */
async function writeNew(lock: string, text: string): Promise<boolean> {
  try {
    await writeFile(lock, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** What is in a lock; one that is empty may be about to be written. */
async function readLock(lock: string): Promise<string> {
  const text = await readFile(lock, 'utf8').catch(() => '')
  if (text !== '') return text
  await sleep(200)
  return readFile(lock, 'utf8').catch(() => '')
}

/** The process of a lock, if it is alive and the one that wrote it. */
async function livingOwner(text: string): Promise<number | undefined> {
  const pid = Number(/"pid":(\d+)/.exec(text)?.[1])
  return isAlive(pid) && JSON.stringify(await describeProcess(pid)) === text ? pid : undefined
}

/** Removes a lock that has this text: between reading and renaming, another run may have made it its own, and gets it back. */
async function takeAway(lock: string, text: string): Promise<void> {
  const aside = `${lock}-${process.pid}`
  const moved = await rename(lock, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return
  const found = await readFile(aside, 'utf8').catch(() => text)
  if (found !== text) await writeNew(lock, found)
  await rm(aside, { recursive: true, force: true })
}

function taken(pid: number, folder: string): Failure {
  return new Failure('INPUT_INVALID', `another run (process ${pid}) is writing to ${folder}`, {
    hint: 'Name another "output", or wait until that run has ended.',
  })
}
