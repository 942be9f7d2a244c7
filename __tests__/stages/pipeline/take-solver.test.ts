import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { readActionInputs } from '../../../src/inputs/read.ts'
import { takeSolver } from '../../../src/pipeline/take-solver.ts'
import type { HttpResponse, World } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { machineAt, temporaryFolder } from '../../support/melange-fixtures.ts'

function scene(http: () => Promise<HttpResponse>, ref = 'refs/heads/main') {
  const ports = fakePorts({
    http,
    toolCache: {
      find: async () => undefined,
      fresh: async () => temporaryFolder(),
      adopt: () => Promise.reject(new Error('none')),
      discard: async () => {},
    },
  })
  const world: World = {
    ...ports,
    patience: { retry: () => Promise.reject(new Error('waits')) },
    machine: machineAt(temporaryFolder()),
    cacheFolder: '',
    context: { workflow: true, event: 'push', ref },
    version: '1.0.0',
  }
  const inputs = readActionInputs('package', { getText: () => '', log: ports.log })
  return { take: () => takeSolver(inputs, world), ports }
}

const refused = new Failure('NETWORK_FAILED', 'nobody answers')

it('is not waited for: without it, less is known', async () => {
  const { take, ports } = scene(() => Promise.reject(new Transient(refused)))
  expect(await take()).toBeUndefined()
  expect(ports.requests).toHaveLength(1)
  expect(ports.lines.at(-1)).toMatch(/^apko, which would tell more .*: .*nobody answers/)
})

it('is not asked for where nothing is taken from earlier runs', async () => {
  const { take, ports } = scene(() => Promise.reject(refused), 'refs/tags/v1')
  expect(await take()).toBeUndefined()
  expect([ports.requests, ports.lines]).toEqual([[], []])
})

it('ends with the run when that is cancelled', async () => {
  const { take } = scene(() => Promise.reject(new Failure('CANCELLED', 'the run was cancelled')))
  await expect(take()).rejects.toMatchObject({ code: 'CANCELLED' })
})
