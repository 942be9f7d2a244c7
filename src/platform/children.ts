import type { ChildProcess } from 'node:child_process'

/** The programs that we run, each the leader of its own process group, so that only we signal them. */
export interface Children {
  readonly cancelled: boolean
  add(child: ChildProcess): void
  /**
   * Ends all: SIGINT to each so that it can clean up, `graceMs` milliseconds, then SIGKILL to what is left of its group.
   * From the first call on no new program is started by `run`. Called again while waiting, it kills at once what is still there.
   */
  cancelAll(graceMs: number): Promise<void>
  /** SIGKILL to all groups, at once; for the very end of our own process. */
  killAll(): void
}

export function openChildren(): Children {
  const live = new Set<ChildProcess>()
  let cancelled = false
  const killAll = (): void => {
    for (const child of live) killGroup(child)
  }
  return {
    get cancelled() {
      return cancelled
    },
    add(child) {
      live.add(child)
      child.once('exit', () => {
        live.delete(child)
        if (cancelled) killGroup(child)
      })
    },
    async cancelAll(graceMs) {
      const again = cancelled
      cancelled = true
      const ends = [...live].map(child => new Promise(resolve => child.once('exit', resolve)))
      if (again) killAll()
      else for (const child of live) child.kill('SIGINT')
      const timer = setTimeout(killAll, graceMs)
      await Promise.all(ends)
      clearTimeout(timer)
    },
    killAll,
  }
}

/** SIGKILL to a program and all that it started. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
