import { glob, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../runner/job.ts'

/** What a step left that it should not: anything in the runner's temp but what later steps may use, half of an entry in the tool cache, its workshop. */
export async function leftovers(job: Pick<Job, 'temp' | 'tools'>): Promise<readonly string[]> {
  const inTemp = await readdir(job.temp, { recursive: true })
  const workshop = await readdir(join(job.tools, '.giropops')).catch(() => [])
  const entries = await Array.fromAsync(glob('*/*/*', { cwd: job.tools }))
  const halves = entries.filter(entry => {
    const partner = entry.endsWith('.complete') ? entry.slice(0, -'.complete'.length) : `${entry}.complete`
    return !entries.includes(partner)
  })
  return [
    ...inTemp.filter(path => !/^giropops-cache(\/|$)/.test(path)).map(path => `temp/${path}`),
    ...workshop.map(path => `tools/.giropops/${path}`),
    ...halves.map(path => `tools/${path}`),
  ].sort()
}
