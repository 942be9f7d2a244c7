import { describe, expect, it } from 'vitest'
import { artifactOf, attachScene, type AttachScene } from '../../support/registry/attach-scene.ts'
import type { Answer } from '../../support/registry/answer.ts'
import type { Fault, FaultAction } from '../../support/registry/faults.ts'

const artifacts = [artifactOf('one'), artifactOf('two')]
const blobPut = /^PUT .*\/blobs\/uploads\//
const manifestPut = /^PUT .*\/manifests\/sha256:/
const tagPut = /^PUT .*\/manifests\/sha256-/
const tagGet = /^GET .*\/manifests\/sha256-/
const apiGet = /^GET .*\/referrers\//
const answer = (status: number, code = 'UNKNOWN', message = 'no'): FaultAction => ({
  kind: 'answer',
  status,
  body: JSON.stringify({ errors: [{ code, message }] }),
})
const silent = (given: Answer): Answer => ({ ...given, headers: {} })
const attach = ({ referrers, subject }: AttachScene) => referrers.attach({ subject, artifacts })

describe('what passes', () => {
  it.each<[string, Fault, boolean]>([
    ['503 at a blob', { match: blobPut, action: answer(503) }, false],
    ['a reset before a blob', { match: /^POST/, action: { kind: 'reset' } }, false],
    ['429 at a manifest', { match: manifestPut, action: answer(429) }, false],
    ['a lost answer to a manifest', { match: manifestPut, action: { kind: 'lose-answer' } }, false],
    ['503 at the API', { match: apiGet, action: answer(503) }, true],
    ['half an answer of the API', { match: apiGet, action: { kind: 'cut-answer' } }, true],
    ['503 where there is no API', { match: apiGet, action: answer(503) }, false],
    ['a reset before the tag is read', { match: tagGet, action: { kind: 'reset' } }, false],
    ['503 when the tag is put', { match: tagPut, action: answer(503) }, false],
    ['a reset amid the tag', { match: tagPut, action: { kind: 'reset-request', after: 7 } }, false],
    ['a lost answer to the tag', { match: tagPut, action: { kind: 'lose-answer' } }, false],
    ['503 when the tag is looked at', { match: tagGet, after: 1, action: answer(503) }, false],
    ['half a tag at the last look', { match: tagGet, after: 2, action: { kind: 'cut-answer' } }, false],
  ])('%s', async (_, fault, api) => {
    await using scene = await attachScene({ referrers: api })
    scene.registry.breakWith(fault)
    const { entries, losses } = await attach(scene)
    expect(losses).toBe(0)
    expect(scene.registry.faults.unused).toBe(0)
    expect(await scene.open().list({ digest: scene.subject.digest })).toEqual(entries)
    expect(scene.listed()).toEqual(api ? [] : entries)
    expect(scene.ports.waits).toContain(250)
  })

  it('an API that lists late', async () => {
    await using scene = await attachScene({ referrers: true })
    const empty = (given: Answer): Answer => ({ ...given, body: '{"schemaVersion":2,"manifests":null}' })
    scene.registry.breakWith({ match: apiGet, times: 4, action: { kind: 'rewrite', change: empty } })
    expect(await attach(scene)).toMatchObject({ listing: 'api', made: 2 })
    expect(scene.ports.waits).toEqual([250, 500, 1000])
    expect(scene.listed()).toEqual([])
  })

  it('an API that never lists is a failure', async () => {
    await using scene = await attachScene({ referrers: true, network: { deadline: 5000 } })
    const empty = (given: Answer): Answer => ({ ...given, body: '{"schemaVersion":2,"manifests":[]}' })
    scene.registry.breakWith({ match: apiGet, times: 100, action: { kind: 'rewrite', change: empty } })
    await expect(attach(scene)).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining('among what refers to it'),
    })
  })

  it('an API that does not say that it lists: the tag is kept as well', async () => {
    await using scene = await attachScene({ referrers: true })
    const empty = (given: Answer): Answer => ({ ...given, body: '{"schemaVersion":2,"manifests":[]}' })
    scene.registry.breakWith({ match: manifestPut, times: 2, action: { kind: 'rewrite', change: silent } })
    scene.registry.breakWith({ match: apiGet, action: { kind: 'rewrite', change: empty } })
    const { entries, listing } = await attach(scene)
    expect(listing).toBe('api')
    expect(scene.listed()).toEqual(entries)
  })

  it('an API that does not say so, and lists: no tag is made', async () => {
    await using scene = await attachScene({ referrers: true })
    scene.registry.breakWith({ match: manifestPut, times: 2, action: { kind: 'rewrite', change: silent } })
    expect(await attach(scene)).toMatchObject({ listing: 'api', made: 2 })
    expect(scene.listed()).toEqual([])
  })
})

describe('what does not pass', () => {
  it.each([400, 404, 405, 406, 501])('%i at the API: the tag stands in', async status => {
    await using scene = await attachScene({ referrers: true })
    scene.registry.breakWith({ match: apiGet, times: 10, action: answer(status) })
    const { entries, listing } = await attach(scene)
    expect(listing).toBe('tag')
    expect(scene.listed()).toEqual(entries)
    expect(await scene.open().list({ digest: scene.subject.digest })).toEqual(entries)
  })

  it('a web page at the API: the tag stands in', async () => {
    await using scene = await attachScene()
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }
    scene.registry.breakWith({ match: apiGet, times: 10, action: { kind: 'answer', ...page } })
    expect(await scene.referrers.probe(scene.subject.digest)).toBe('tag')
    expect(await attach(scene)).toMatchObject({ listing: 'tag' })
  })

  it.each([
    [manifestPut, 400, 'MANIFEST_INVALID', 'does not seem to take artifacts that name a subject'],
    [manifestPut, 415, 'UNSUPPORTED', 'does not seem to take artifacts that name a subject'],
    [tagPut, 400, 'TAG_INVALID', 'does not keep the tag sha256-<digest> that stands in for it'],
    [tagPut, 405, 'UNSUPPORTED', 'does not keep the tag sha256-<digest> that stands in for it'],
    [tagPut, 412, 'PRECONDITION', 'A rule that makes tags immutable has to leave such tags out'],
  ])('%s refused by %i', async (match, status, code, hint) => {
    await using scene = await attachScene()
    scene.registry.breakWith({ match, times: 10, action: answer(status, code, 'refused') })
    await expect(attach(scene)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining(`the registry answered ${status}: refused`),
      hint: expect.stringContaining(hint),
    })
    expect(scene.ports.waits).toEqual([])
    expect(scene.listed()).toEqual([])
  })

  it.each([[blobPut], [manifestPut], [tagPut], [tagGet], [apiGet]])('%s without permission', async match => {
    await using scene = await attachScene()
    scene.registry.breakWith({ match, times: 10, action: answer(403, 'DENIED', 'permission_denied') })
    await expect(attach(scene)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      message: expect.stringContaining('permission_denied'),
    })
  })

  it.each([[blobPut], [manifestPut], [tagPut], [tagGet], [apiGet]])(
    '%s down for longer than the deadline',
    async match => {
      await using scene = await attachScene({ network: { deadline: 5000 } })
      scene.registry.breakWith({ match, times: 1000, action: answer(503) })
      await expect(attach(scene)).rejects.toMatchObject({
        code: 'REGISTRY_FAILED',
        message: expect.stringContaining('the registry answered 503'),
        hint: expect.stringContaining('run it again later'),
      })
      expect(scene.listed()).toEqual([])
    },
  )

  it('a list that is larger than registries take', async () => {
    await using scene = await attachScene()
    const large = JSON.stringify({ manifests: [{ annotations: { x: 'x'.repeat(4 * 1024 * 1024 - 200) } }] })
    const headers = { 'content-type': scene.subject.mediaType }
    scene.registry.breakWith({ match: tagGet, action: { kind: 'answer', status: 200, headers, body: large } })
    await expect(attach(scene)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringMatching(
        /the list of referrers .* would have \d+ bytes, registries take 4194304/,
      ),
    })
  })
})
