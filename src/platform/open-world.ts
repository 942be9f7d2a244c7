import { realpath, rm } from 'node:fs/promises'
import type { World } from '../ports.ts'
import { openChildren } from './children.ts'
import { openClaimedFolders } from './claimed-folders.ts'
import { openClock } from './clock.ts'
import { makeRunFolder, sweepDeadRuns } from './dead-runs.ts'
import { openHttp } from './http.ts'
import { cacheFolder, tempRoot, thisMachine, toolCacheFolder } from './machine.ts'
import { openPatience } from './patience.ts'
import { openProcesses } from './processes.ts'
import { readRunContext } from './run-context.ts'
import { openRunnerCache } from './runner-cache.ts'
import type { Surface } from './surface.ts'
import { openToolCache } from './tool-cache.ts'
import { ownVersion } from './version.ts'

/** A world with its end: `cancel` stops children and waits, `dispose` closes connections and removes the run's own folder. */
export interface OpenWorld extends World, AsyncDisposable {
  /** Children get `grace` milliseconds between SIGINT and SIGKILL; whatever waits, wakes with CANCELLED. */
  cancel(grace: number): Promise<void>
  /** Ends it amid the run: results that stand beside the run's folder go as well, since nobody is told of them. */
  abandon(): Promise<void>
}

/** Opens the real world behind the ports. */
export async function openWorld({ log, secrets, workspace }: Surface, deadline: number): Promise<OpenWorld> {
  const root = await realpath(tempRoot())
  await sweepDeadRuns(root, { prefix: 'giropops-', secrets: ['key'] })
  const temp = await makeRunFolder(root, 'giropops-')
  const machine = thisMachine(temp, workspace)
  const [cancelled, children] = [new AbortController(), openChildren()]
  const clock = openClock(cancelled.signal)
  // Silence is an outage, too: it has to end within the order of the deadline, for which an outage is waited out.
  const idleTimeout = Math.min(60_000, Math.max(5_000, deadline))
  const userAgent = `giropops-build/${ownVersion()}`
  const http = openHttp({ env: process.env, userAgent, log, idleTimeout })
  const processes = openProcesses({ env: process.env, children })
  const toolCache = openToolCache(toolCacheFolder())
  const claimed = openClaimedFolders()
  const dispose = async (): Promise<void> => {
    await http.close()
    children.killAll()
    await toolCache.close()
    await claimed.release()
    await rm(temp, { recursive: true, force: true, maxRetries: 3 })
  }
  return {
    log,
    secrets,
    machine,
    cacheFolder: cacheFolder(),
    version: ownVersion(),
    clock,
    http,
    processes,
    toolCache,
    jobCache: openRunnerCache({
      env: process.env,
      load: () => import('@actions/cache'),
      log,
      restoreAtMost: 120_000,
      saveAtMost: 300_000,
    }),
    claimFolder: folder => claimed.claim(folder),
    patience: openPatience({ deadline, clock, random: Math.random, log }),
    context: await readRunContext(machine.workspace, { processes, log }),
    async cancel(grace) {
      cancelled.abort()
      await children.cancelAll(grace)
      await http.close()
    },
    async abandon() {
      await dispose()
      await rm(`${temp}-output`, { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: dispose,
  }
}
