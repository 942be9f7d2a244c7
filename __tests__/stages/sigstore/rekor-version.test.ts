import { expect, test } from 'vitest'
import { settleServices } from '../../../src/sigstore/rekor-version.ts'
import type { Services } from '../../../src/sigstore/services.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { scriptedHttp, type ScriptedAnswer } from './scripted-http.ts'

const services = (rekor: Services['rekor'], tsa?: string): Services => ({
  fulcio: 'https://fulcio.example',
  rekor,
  tsa,
  publicLog: false,
})
const unknown = { url: 'https://rekor.example', version: 'unknown' } as const
const state = { body: { treeID: '1', treeSize: 0, rootHash: '' } }

test.for<[string, ScriptedAnswer, 1 | 2]>([
  ['the first API by the state of its tree', state, 1],
  ['the second by having no such path', { status: 404, body: { code: 5, message: 'Not Found' } }, 2],
])('tells %s', async ([, answer, version]) => {
  const world = fakePorts({ http: scriptedHttp(answer) })
  const settled = await settleServices(services(unknown, 'https://tsa.example'), false, world)
  expect(settled.rekor).toEqual({ url: 'https://rekor.example', version })
  expect(world.requests).toMatchObject([{ method: 'GET', url: 'https://rekor.example/api/v1/log' }])
})

test('asks nobody when it is known', async () => {
  const world = fakePorts()
  const known = services({ url: 'https://rekor.example', version: 1 })
  expect(await settleServices(known, false, world)).toEqual(known)
  expect(
    (await settleServices(services(undefined, 'https://tsa.example'), false, world)).rekor,
  ).toBeUndefined()
  expect(world.requests).toEqual([])
})

test('a log of the second API needs a timestamp authority, unless a key signs', async () => {
  const world = fakePorts({ http: scriptedHttp({ status: 404 }) })
  await expect(settleServices(services(unknown), false, world)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  })
  expect((await settleServices(services(unknown), true, world)).rekor?.version).toBe(2)
})

test.for<[string, ScriptedAnswer]>([
  ['a page', { body: '<html>' }],
  ['an outage', { status: 502 }],
  ['a refusal', { status: 401 }],
])('%s is a failure that names the log', async ([, answer]) => {
  const world = fakePorts({ http: scriptedHttp(answer) })
  await expect(settleServices(services(unknown), true, world)).rejects.toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringMatching(/^Rekor \(rekor\.example\) answered /),
  })
})
