import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openToolCache } from '../../../src/platform/tool-cache.ts'
import type { ToolCache } from '../../../src/ports.ts'

/** A folder that goes away with the test. */
export async function scanFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scan-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A real tool cache in a folder of its own. */
export async function scanCache(): Promise<ToolCache> {
  return openToolCache(await scanFolder())
}

/** A clock that stands still, until it is set. */
export function standingClock(time: string) {
  let now = new Date(time)
  return {
    now: () => now,
    sleep: async () => {},
    set(other: string): void {
      now = new Date(other)
    },
  }
}
