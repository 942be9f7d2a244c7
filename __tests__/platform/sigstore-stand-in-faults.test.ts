import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postJson, secondRequest, signByHand } from '../support/sigstore/by-hand.ts'
import type { Trouble } from '../support/sigstore/faults.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'

let sigstore: Sigstore

beforeEach(async () => {
  sigstore = await startSigstore()
})

afterEach(async () => {
  await sigstore.close()
})

describe('faults', () => {
  let request: unknown
  const add = () => postJson(`${sigstore.urls.rekor2}/api/v2/log/entries`, request)
  const meet = (trouble: Trouble) => sigstore.faults.add({ service: 'rekor2', trouble })

  beforeEach(async () => {
    request = secondRequest(await signByHand(sigstore, Buffer.from('{}')))
  })

  it('happen as often as told, after what is let through, where they fit', async () => {
    const trouble = { kind: 'status', status: 503 } as const
    sigstore.faults.add(
      { service: 'tsa', on: /^GET \/ping$/, after: 1, times: 2, trouble },
      { service: 'tsa', on: /other/, trouble },
    )
    const statuses = []
    for (let count = 0; count < 4; count += 1)
      statuses.push((await fetch(`${sigstore.urls.tsa}/ping`)).status)
    expect(statuses).toEqual([200, 503, 503, 200])
    expect(sigstore.faults.waiting).toMatchObject([{ on: /other/ }])
    expect(sigstore.journal.of('tsa').map(({ outcome, trouble }) => [outcome, trouble])).toEqual([
      [200, undefined],
      [503, 'status'],
      [503, 'status'],
      [200, undefined],
    ])
  })

  it('answer with status, headers and body', async () => {
    meet({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, body: 'slowly' })
    const answer = await add()
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      429,
      '7',
      'slowly',
    ])
    expect((await add()).status).toBe(201)
  })

  it('answer with garbage', async () => {
    meet({ kind: 'garbage' })
    const answer = await add()
    expect([answer.status, (await answer.text()).startsWith('<')]).toEqual([200, true])
    expect((await add()).status).toBe(201)
  })

  it('reset the connection', async () => {
    meet({ kind: 'reset' })
    await expect(add()).rejects.toThrow('fetch failed')
    expect(sigstore.journal.of('rekor2').map(({ outcome }) => outcome)).toEqual(['reset'])
    expect((await add()).status).toBe(201)
  })

  it.each([
    ['reset', { kind: 'reset', acted: true }],
    ['502', { kind: 'status', status: 502, acted: true }],
    ['garbage', { kind: 'garbage', acted: true }],
  ] as const)('lose the answer to what was acted on: %s', async (_, trouble) => {
    meet(trouble)
    await add().catch(() => undefined)
    expect((await add()).status).toBe(409)
  })

  it('repeat a request', async () => {
    meet({ kind: 'repeated' })
    expect((await add()).status).toBe(409)
  })

  it('answer late, having acted at once; closing does not wait', async () => {
    meet({ kind: 'slow', milliseconds: 600_000 })
    const late = add().then(
      answer => answer.status,
      () => 'broken',
    )
    while (sigstore.journal.of('rekor2').length === 0) await new Promise(setImmediate)
    expect((await add()).status).toBe(409)
    await sigstore.close()
    expect(await late).toBe('broken')
  })

  it('refuse connections until told otherwise', async () => {
    const accept = await sigstore.refuse('rekor2')
    await expect(add()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await accept()
    expect((await add()).status).toBe(201)
  })
})

it('answers 413 to what is larger than a service takes', async () => {
  await using small = await startSigstore({ limits: { rekor: 100 } })
  const answer = await postJson(`${small.urls.rekor}/api/v1/log/entries`, { much: 'x'.repeat(100) })
  expect(answer.status).toBe(413)
})
