import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const day = 24 * 60 * 60 * 1000

/** Removes the folders `<pid>-…` that runs no longer alive left behind more than a day ago. */
export async function sweepDeadRuns(workshop: string): Promise<void> {
  const names = await readdir(workshop).catch(() => [])
  for (const name of names) {
    const path = join(workshop, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs < day || isAlive(Number.parseInt(name, 10))) continue
    // Another job may sweep at the same time.
    await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
