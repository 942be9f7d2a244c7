import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { readMelangeFile, type MelangeFile } from '../../../src/melange/melange-file.ts'
import { withCaches } from '../../../src/pipeline/with-caches.ts'
import type { World } from '../../../src/ports.ts'
import { fakeJobCache, type FakeJobCache } from '../../support/fake-job-cache.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import {
  architecture,
  fixture,
  fixtureFile,
  machineAt,
  temporaryFolder,
} from '../../support/melange-fixtures.ts'
import { apk } from '../../support/package-store-scene.ts'

const key = 'a'.repeat(64)

function worldWith(jobCache: FakeJobCache): World {
  const folder = temporaryFolder()
  return {
    ...fakePorts(),
    jobCache,
    machine: machineAt(folder),
    cacheFolder: join(folder, 'cache'),
    context: { workflow: true, event: 'push', ref: 'refs/heads/main' },
    version: '1.0.0',
  }
}

const planOf = (files: readonly MelangeFile[], ...names: readonly string[]) => ({
  packages: { files, graph: { nodes: [] }, architectures: names.map(architecture) },
})

async function keepOne(
  end: () => Promise<void>,
  plan: ReturnType<typeof planOf>,
): Promise<{ readonly saved: readonly string[]; readonly error: unknown }> {
  const jobCache = fakeJobCache()
  const error: unknown = await withCaches({ cache: 'auto', plan }, worldWith(jobCache), async ({ store }) => {
    await store?.keep(key, [apk])
    await end()
  }).catch((thrown: unknown) => thrown)
  return { saved: jobCache.saved, error }
}

const fails = (code: 'CANCELLED' | 'PACKAGE_FAILED') => () => Promise.reject(new Failure(code, 'told'))

it.each([
  ['ended well', () => Promise.resolve(), undefined, 1],
  ['failed', fails('PACKAGE_FAILED'), 'PACKAGE_FAILED', 1],
  ['was cancelled, which leaves no time', fails('CANCELLED'), 'CANCELLED', 0],
])('hands on what a run kept that %s', async (_, end, code, times) => {
  const { saved, error } = await keepOne(end, planOf([await fixtureFile('hello')], 'amd64'))
  expect([saved.length, error instanceof Failure ? error.code : error]).toEqual([times, code])
})

it('keeps apart what jobs with other files or architectures make', async () => {
  const hello = await fixtureFile('hello')
  const other = await readMelangeFile(fixture('files/hello.yaml'), 'other.yaml')
  const plans = [planOf([hello], 'arm64', 'amd64'), planOf([hello], 'amd64'), planOf([other], 'amd64')]
  const runs = await Promise.all(plans.map(plan => keepOne(async () => {}, plan)))
  const scopes = runs.map(
    ({ saved }) => /-1-linux-x86_64-(.*)-[\da-f]{8}-[\da-f]{32}$/.exec(saved[0] ?? '')?.[1],
  )
  expect(scopes).toEqual(['aarch64-x86_64', 'x86_64', 'x86_64'])
  expect(new Set(runs.map(({ saved }) => saved[0])).size).toBe(3)
})

it('has no store where no package is built', async () => {
  expect((await keepOne(async () => {}, planOf([], 'amd64'))).saved).toEqual([])
})
