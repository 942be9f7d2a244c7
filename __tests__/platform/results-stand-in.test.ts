import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startResultsService, type ResultsService } from '../support/artifacts/results-service.ts'

let service: ResultsService
let folder: string

beforeEach(async () => {
  service = await startResultsService()
  folder = await mkdtemp(join(tmpdir(), 'results-'))
  for (const [name, value] of Object.entries(service.env)) vi.stubEnv(name, value)
  vi.stubEnv('GITHUB_SERVER_URL', 'https://github.com')
  vi.stubEnv('GITHUB_WORKSPACE', folder)
  vi.stubEnv('RUNNER_TEMP', folder)
  // The client speaks to a runner, which might be the one that this test runs on.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await service[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

it("keeps what GitHub's own client of the cache saves, and gives it back by key and by its beginning", async () => {
  const cache = await import('@actions/cache')
  const kept = join(folder, 'kept')
  await mkdir(kept)
  await writeFile(join(kept, 'a.txt'), 'of the first run')
  expect(await cache.saveCache([kept], 'apks-1')).toBeGreaterThan(0)
  expect(service.caches().map(({ key }) => key)).toEqual(['apks-1'])
  await rm(kept, { recursive: true })
  expect(await cache.restoreCache([kept], 'apks-2')).toBeUndefined()
  expect(await cache.restoreCache([kept], 'apks-2', ['apks-'])).toBe('apks-1')
  expect(await readFile(join(kept, 'a.txt'), 'utf8')).toBe('of the first run')
})

it('gives blobs to nobody without the signature of their URL', async () => {
  const url = service.env['ACTIONS_RESULTS_URL'] ?? ''
  for (const path of ['artifacts/1001.zip', 'artifacts/1001.zip?sig=guessed']) {
    expect((await fetch(url + path)).status).toBe(403)
  }
  const create = (headers: Record<string, string>) =>
    fetch(`${url}twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact`, {
      method: 'POST',
      headers,
      body: '{"name":"a","version":7}',
    })
  const token = { authorization: `Bearer ${service.env['ACTIONS_RUNTIME_TOKEN']}` }
  expect([(await create({})).status, (await create(token)).status, (await create(token)).status]).toEqual([
    401, 200, 409,
  ])
})
