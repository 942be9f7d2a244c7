import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { uploadSarif } from '../../../src/github/code-scanning.ts'
import { openGithub } from '../../../src/github/rest.ts'
import { openCodeScanning } from '../../support/github/code-scanning.ts'
import type { Permissions } from '../../support/github/permissions.ts'
import { startGithub } from '../../support/github/start.ts'
import { networkPorts } from '../../support/network-ports.ts'

const upload = {
  repository: 'octo/senhas',
  commit: '5af4b1d0'.repeat(5),
  ref: 'refs/pull/7/merge',
  gzip: gzipSync('{"version":"2.1.0","runs":[]}'),
  tool: 'grype',
  startedAt: new Date('2026-01-02T03:04:05Z'),
}

async function open(permissions: Permissions = {}) {
  const ended = new AsyncDisposableStack()
  const codeScanning = openCodeScanning()
  const github = ended.use(await startGithub({ areas: [codeScanning.area], permissions }))
  const ports = ended.use(networkPorts())
  const api = openGithub({ api: github.url, token: github.token }, ports)
  const send = (more: Partial<typeof upload> = {}, deadline = 600_000) =>
    uploadSarif({ ...upload, ...more }, { github: api, clock: ports.clock, deadline })
  return { codeScanning, github, ports, send, [Symbol.asyncDispose]: () => ended.disposeAsync() }
}

it('is complete as soon as GitHub has dealt with it', async () => {
  await using scene = await open()
  expect(await scene.send()).toEqual({ state: 'complete' })
  expect(scene.ports.waits).toEqual([])
  expect(scene.codeScanning.uploads).toEqual([
    {
      commit: upload.commit,
      ref: 'refs/pull/7/merge',
      tool: 'grype',
      sarif: { version: '2.1.0', runs: [] },
    },
  ])
  expect(scene.github.problems).toEqual([])
})

it('is looked after less and less often, and left alone after three minutes', async () => {
  await using scene = await open()
  scene.codeScanning.pending(3)
  expect(await scene.send()).toEqual({ state: 'complete' })
  expect(scene.ports.waits).toEqual([1000, 2000, 4000])
  scene.codeScanning.pending(1000)
  expect(await scene.send()).toEqual({ state: 'pending' })
  expect(scene.ports.waits.slice(3).reduce((sum, each) => sum + each, 0)).toBe(180_000)
})

it.each([
  [20_000, [1000, 2000, 4000, 8000, 5000], 6],
  [0, [], 1],
])('is left alone after a deadline of %s ms', async (deadline, waits, times) => {
  await using scene = await open()
  scene.codeScanning.pending(1000)
  expect(await scene.send({}, deadline)).toEqual({ state: 'pending' })
  expect(scene.ports.waits).toEqual(waits)
  expect(scene.github.asked.filter(line => line.startsWith('GET'))).toHaveLength(times)
})

it('may not be listed at first', async () => {
  await using scene = await open()
  scene.github.breakWith({
    match: /^GET/,
    action: { kind: 'answer', status: 404, body: { message: 'Not Found' } },
  })
  expect(await scene.send()).toEqual({ state: 'complete' })
})

it('that may be sent and not be looked after is left alone', async () => {
  await using scene = await open()
  const body = { message: 'Resource not accessible by integration' }
  scene.github.breakWith({ match: /^GET/, action: { kind: 'answer', status: 403, body } })
  expect(await scene.send()).toEqual({ state: 'pending' })
  expect(scene.ports.waits).toEqual([])
})

it.each<[string, Permissions, string]>([
  ['the token may not', { security_events: 'read' }, 'Resource not accessible by integration'],
])('is refused where %s', async (_title, permissions, words) => {
  await using scene = await open(permissions)
  expect(await scene.send()).toEqual({ state: 'refused', words })
  expect(scene.ports.waits).toEqual([])
})

it.each([
  ['code scanning is off', 403, 'Code Security must be enabled for this repository to use code scanning.'],
  ['the repository is not to be seen', 404, 'Not Found'],
])('is refused where %s', async (_title, status, message) => {
  await using scene = await open()
  scene.github.breakWith({ match: /^POST/, action: { kind: 'answer', status, body: { message } } })
  expect(await scene.send()).toEqual({ state: 'refused', words: message })
})

it('is waited with where a limit was met, and sent again after an outage', async () => {
  await using scene = await open()
  const headers = { 'retry-after': '7' }
  const body = { message: 'You have exceeded a secondary rate limit.' }
  scene.github.breakWith(
    { match: /^POST/, action: { kind: 'answer', status: 403, headers, body } },
    { match: /^POST/, action: { kind: 'lose-answer' } },
    { match: /^POST/, action: { kind: 'answer', status: 502, body: {} } },
  )
  expect(await scene.send()).toEqual({ state: 'complete' })
  expect(scene.ports.waits[0]).toBeGreaterThanOrEqual(7000)
  expect(scene.codeScanning.uploads).toHaveLength(2)
})

it('that is too large, or no SARIF, is told', async () => {
  await using scene = await open()
  expect(await scene.send({ gzip: Buffer.alloc(11 * 1024 * 1024) })).toEqual({ state: 'tooLarge' })
  expect(await scene.send({ gzip: Buffer.from('no gzip') })).toMatchObject({
    state: 'failed',
    words: expect.stringContaining('Invalid SARIF') as string,
  })
  scene.codeScanning.fail('no location', 'rejecting SARIF, as there are more runs than allowed (21 > 20)')
  expect(await scene.send()).toEqual({
    state: 'failed',
    words: 'no location; rejecting SARIF, as there are more runs than allowed (21 > 20)',
  })
})
