import { expect, test } from 'vitest'
import { openGithub } from '../../../src/github/rest.ts'
import { paged, type Area } from '../../support/github/area.ts'
import { openAttestations } from '../../support/github/attestations.ts'
import { badGateway, secondaryLimit } from '../../support/github/faults.ts'
import { startGithub } from '../../support/github/start.ts'
import { networkPorts } from '../../support/network-ports.ts'

const path = '/repos/octo/senhas/attestations'
const bundle = { mediaType: 'x', verificationMaterial: {}, dsseEnvelope: {} }
const store = { what: 'the attestation', method: 'POST', path, body: { bundle } } as const

async function open(area: Area = {}) {
  const attestations = openAttestations()
  const github = await startGithub({ areas: [attestations.area, area] })
  const ports = networkPorts()
  const rest = openGithub({ api: github.url, token: github.token }, ports)
  const close = async () =>
    void (await Promise.all([github[Symbol.asyncDispose](), ports[Symbol.asyncDispose]()]))
  return { github, rest, ports, stored: attestations.stored, [Symbol.asyncDispose]: close }
}

test('the client and the stand-in know each other', async () => {
  await using room = await open()
  expect(await room.rest.ask(store)).toMatchObject({ status: 201, json: { id: 101 } })
  expect(room.stored).toEqual([bundle])
  expect(room.github.journal).toEqual([{ host: 'api', method: 'POST', path, status: 201, body: { bundle } }])
  expect(room.github.problems).toEqual([])
})

test.for([
  ['a field that nobody takes', { ...store, body: { bundle, more: 1 } }, /body\/more is unknown/],
  ['a field of another type', { ...store, body: { bundle: 'text' } }, /body\/bundle must be object/],
  ['a parameter that nobody takes', { ...store, path: `${path}?per_page=3` }, /\?per_page is unknown/],
  [
    'an operation that is not there',
    { ...store, path: '/repos/octo/senhas/nothing' },
    /not in the description/,
  ],
  [
    'one that no area answers',
    { ...store, method: 'GET', path: '/user', body: undefined },
    /no area answers it/,
  ],
] as const)('%s is a problem', async ([, request, problem]) => {
  await using room = await open()
  const { body, ...rest } = request
  await room.rest.ask({ ...rest, ...(body === undefined ? {} : { body }), accept: [404, 422, 501] })
  expect(room.github.problems).toEqual([expect.stringMatching(problem)])
})

test('so is an answer of ours that is not like GitHub', async () => {
  await using room = await open({
    'POST /repos/{owner}/{repo}/attestations': () => ({ status: 201, body: { id: 'one' } }),
  })
  await room.rest.ask(store)
  expect(room.github.problems).toEqual([expect.stringMatching(/our answer\/id must be integer/)])
})

test('a permission that is missing is named as GitHub does', async () => {
  await using room = await open()
  room.github.permit({ attestations: 'read' })
  await expect(room.rest.ask(store)).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    hint: expect.stringContaining('`attestations: write`'),
  })
})

test('limits, outages and lost answers', async () => {
  await using room = await open()
  const due = [secondaryLimit(30), badGateway, { kind: 'lose-answer' }] as const
  for (const action of due) room.github.breakWith({ match: /^POST/, action })
  expect(await room.rest.ask({ ...store, repeatable: true })).toMatchObject({ json: { id: 102 } })
  expect(room.ports.waits).toEqual([30_000, 500, 1000])
  expect(room.github.journal.map(({ status }) => status)).toEqual([403, 502, 'reset', 201])
  expect(room.github.faults.unused).toEqual([])
})

test('lists have pages', async () => {
  const list = '/repos/octo/senhas/releases'
  await using room = await open({
    'GET /repos/{owner}/{repo}/releases': (call, { api }) => {
      const { body, ...page } = paged([1, 2, 3], call, `${api}${list}`)
      return { ...page, body: Buffer.from(JSON.stringify(body)) }
    },
  })
  const seen: unknown[] = []
  for await (const { json } of room.rest.pages({ what: 'all', path: `${list}?per_page=2` })) seen.push(json)
  expect(seen).toEqual([[1, 2], [3]])
  expect(room.github.asked).toEqual([`GET ${list}?per_page=2`, `GET ${list}?per_page=2&page=2`])
  expect(room.github.problems).toEqual([])
})
