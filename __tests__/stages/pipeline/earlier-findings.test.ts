import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { RunContext } from '../../../src/domain/run-context.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openDestination } from '../../../src/pipeline/destination.ts'
import { findEarlier, type EarlierScan } from '../../../src/pipeline/earlier-findings.ts'
import { waitForEarlier } from '../../../src/pipeline/wait-for-earlier.ts'
import type { HttpRequest, HttpResponse, World } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'
import { machineAt, temporaryFolder } from '../../support/melange-fixtures.ts'

const repository = parseRepository('registry.example/octo/demo')
const workflow: RunContext = { workflow: true, event: 'push', ref: 'refs/heads/main' }
const pull: RunContext = { workflow: true, event: 'pull_request', baseRef: 'main' }

function scene(context: RunContext, http: (request: HttpRequest) => Promise<HttpResponse>) {
  const ports = fakePorts({ http })
  const machine = machineAt(temporaryFolder())
  const world: World = {
    ...ports,
    patience: { retry: () => Promise.reject(new Error('waits')) },
    machine,
    cacheFolder: '',
    context,
    version: '1.0.0',
  }
  const destination = openDestination(repository, { kind: 'none' }, world)
  const ask = (pushes: boolean) => {
    const destinations = new Map(pushes ? [['registry.example/octo/demo', destination]] : [])
    return findEarlier({ repositories: [repository], tags: ['edge'] }, { inputs: {}, destinations }, world)
  }
  return { ask, ports }
}

it.each([
  ['a push', workflow, true, 'edge'],
  ['a pull request', pull, false, 'main'],
])('of %s is asked for once, and is none where the tag is none', async (_, context, pushes, tag) => {
  const { ask, ports } = scene(context, async request => answer(request, 404))
  expect(await ask(pushes)).toEqual({ state: 'none' })
  expect(ports.requests.at(-1)?.url).toBe(`https://registry.example/v2/octo/demo/manifests/${tag}`)
})

it.each([
  ['on a laptop', { workflow: false }],
  ['in a workflow', workflow],
])('is not asked for where nothing is pushed %s', async (_, context) => {
  const { ask, ports } = scene(context, async request => answer(request, 404))
  expect(await ask(false)).toEqual({
    state: 'unknown',
    why: 'nothing is pushed to registry.example/octo/demo',
  })
  expect(ports.requests).toEqual([])
})

it.each([
  ['push', workflow, true],
  ['pull request', pull, false],
])('is not waited for on a %s', async (_, context, pushes) => {
  const gone = new Transient(new Failure('NETWORK_FAILED', 'nobody answers'))
  const { ask, ports } = scene(context, () => Promise.reject(gone))
  expect(await ask(pushes)).toMatchObject({
    state: 'unknown',
    why: expect.stringMatching(/could not be asked for: .*nobody answers/) as string,
  })
  expect(ports.requests).toHaveLength(1)
})

it('holds a scan up for two seconds at most', async () => {
  const waits: number[] = []
  const clock = { sleep: async (milliseconds: number) => void waits.push(milliseconds) }
  const ask = (): Promise<EarlierScan> => new Promise(() => {})
  const [scans, earlier] = await waitForEarlier({ scan: async () => 'scans', ask }, clock)
  expect([scans, earlier]).toEqual([
    'scans',
    { state: 'unknown', why: 'its registry did not answer in time' },
  ])
  expect(waits).toEqual([2_000])
})

it('holds it up not at all when it came before, or after within the time', async () => {
  const waits: number[] = []
  const clock = { sleep: (milliseconds: number) => new Promise<void>(() => void waits.push(milliseconds)) }
  const late = Promise.withResolvers<EarlierScan>()
  const none: EarlierScan = { state: 'none' }
  const tick = () => new Promise(resolve => setImmediate(resolve))
  expect(await waitForEarlier({ scan: tick, ask: async () => none }, clock)).toEqual([undefined, none])
  expect(waits).toEqual([])
  const scan = async (): Promise<void> => void setImmediate(() => late.resolve(none))
  expect(await waitForEarlier({ scan, ask: () => late.promise }, clock)).toEqual([undefined, none])
})
