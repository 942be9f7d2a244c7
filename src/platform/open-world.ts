import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from '../ports.ts'
import { openChildren } from './children.ts'
import { openClock } from './clock.ts'
import { openHttp } from './http.ts'
import { tempRoot, thisMachine, toolCacheFolder } from './machine.ts'
import { openPatience } from './patience.ts'
import { openProcesses } from './processes.ts'
import { readRunContext } from './run-context.ts'
import type { Surface } from './surface.ts'
import { openToolCache } from './tool-cache.ts'
import { ownVersion } from './version.ts'

/** A world with its end: `cancel` stops children and waits, `dispose` closes connections and removes the run's own folder. */
export interface OpenWorld extends World, AsyncDisposable {
  /** Children get `grace` milliseconds between SIGINT and SIGKILL; whatever waits, wakes with CANCELLED. */
  cancel(grace: number): Promise<void>
}

/** Opens the real world behind the ports. */
export async function openWorld({ log, secrets, workspace }: Surface, deadline: number): Promise<OpenWorld> {
  const temp = await mkdtemp(join(await realpath(tempRoot()), 'giropops-'))
  const machine = thisMachine(temp, workspace)
  const [cancelled, children] = [new AbortController(), openChildren()]
  const clock = openClock(cancelled.signal)
  const http = openHttp({ env: process.env, userAgent: `giropops-build/${ownVersion()}`, log })
  const processes = openProcesses({ env: process.env, children })
  const toolCache = openToolCache(toolCacheFolder())
  return {
    log,
    secrets,
    machine,
    version: ownVersion(),
    clock,
    http,
    processes,
    toolCache,
    patience: openPatience({ deadline, clock, random: Math.random, log }),
    context: await readRunContext(machine.workspace, processes),
    async cancel(grace) {
      cancelled.abort()
      await children.cancelAll(grace)
      await http.close()
    },
    async [Symbol.asyncDispose]() {
      await http.close()
      children.killAll()
      await toolCache.close()
      await rm(temp, { recursive: true, force: true })
    },
  }
}
