import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobCache } from '../../src/ports.ts'
import { temporaryFolder } from './melange-fixtures.ts'

export interface FakeJobCache extends JobCache {
  readonly asked: string[]
  readonly saved: string[]
}

/** A job cache that keeps copies for the test, as the runner's does: newest first, a key once. */
export function fakeJobCache(): FakeJobCache {
  const kept = temporaryFolder()
  const saved: string[] = []
  const asked: string[] = []
  return {
    asked,
    saved,
    async restore(key, prefixes, folder) {
      asked.push(key)
      const newest = saved.toReversed()
      const found = [key, ...prefixes].flatMap(start => newest.find(each => each.startsWith(start)) ?? [])[0]
      if (found !== undefined) await cp(join(kept, found), folder, { recursive: true })
      return found
    },
    async save(key, folder) {
      if (saved.includes(key)) return
      saved.push(key)
      await cp(folder, join(kept, key), { recursive: true })
    },
  }
}
