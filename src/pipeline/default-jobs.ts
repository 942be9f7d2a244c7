import { readFile } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'

const memoryOfOne = 2 * 1024 ** 3
/** Where a container sees its own limit (cgroup v2): bytes, or `max`. */
const limitFile = '/sys/fs/cgroup/memory.max'

/** Builds that run side by side when nobody says: one per core, as long as each has 2 GiB of memory; at least one. */
export function jobsFor({ cores, memory }: { readonly cores: number; readonly memory: number }): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / memoryOfOne)))
}

/** {@link jobsFor} this machine, or for the share of it that a container has. */
export async function defaultJobs(): Promise<number> {
  const limit = Number(await readFile(limitFile, 'utf8').catch(() => 'max'))
  const memory = Number.isNaN(limit) ? totalmem() : Math.min(limit, totalmem())
  return jobsFor({ cores: availableParallelism(), memory })
}
