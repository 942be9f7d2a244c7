import { expect, it } from 'vitest'
import { defaultJobs, jobsFor } from '../../../src/pipeline/default-jobs.ts'

const gib = 1024 ** 3

it.each([
  ['one per core', 4, 16 * gib, 4],
  ['as far as memory goes', 16, 7 * gib, 3],
  ['at least one', 2, gib, 1],
])('%s', (_title, cores, memory, jobs) => {
  expect(jobsFor({ cores, memory })).toBe(jobs)
})

it('is a whole number here', async () => {
  const jobs = await defaultJobs()
  expect(Number.isInteger(jobs) && jobs >= 1).toBe(true)
})
