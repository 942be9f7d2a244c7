import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { buildArtifact } from '../../../src/oci/artifact.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import type { Answer } from '../../support/registry/answer.ts'
import { artifactOf, attachScene, repositoryPath } from '../../support/registry/attach-scene.ts'

const artifacts = [artifactOf('one'), artifactOf('two'), artifactOf('three')]
const users = {
  ghs_test: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages', 'write:packages'] },
} as const

describe.each([
  ['the referrers API', true],
  ['the tag that stands in for it', false],
] as const)('attaching, with %s', (_, api) => {
  const listing = api ? 'api' : 'tag'

  it('pushes all artifacts, each once, and lists them with one write', async () => {
    await using scene = await attachScene({ referrers: api })
    const { referrers, registry, subject, tag } = scene
    const attached = await referrers.attach({ subject, artifacts })
    const entries = artifacts.map(each => buildArtifact(subject, each).entry)
    expect(attached).toEqual({ entries, listing, made: 3, losses: 0 })

    const puts = scene.writes().map(each => each.path.split('/').at(-1) ?? '')
    expect(scene.writes().filter(each => each.method === 'POST').length).toBe(4)
    expect(puts.filter(each => each.startsWith('sha256:')).sort()).toEqual(
      entries.map(each => each.digest).sort(),
    )
    expect(puts.filter(each => each === tag).length).toBe(api ? 0 : 1)
    expect([...registry.tagsOf(repositoryPath).keys()]).toEqual(api ? [] : [tag])
    expect(scene.listed()).toEqual(api ? [] : entries)
    expect(scene.ports.lines).toEqual([])
  })

  it('lists and reads what was attached, by another client', async () => {
    await using scene = await attachScene({ referrers: api })
    const { subject } = scene
    const other = artifactOf('other', { artifactType: 'application/vnd.example.other' })
    const { entries } = await scene.referrers.attach({ subject, artifacts: [...artifacts, other] })
    const reader = scene.open()
    expect(await reader.list({ digest: subject.digest })).toEqual(entries)
    const wanted = { digest: subject.digest, artifactType: 'application/vnd.example.signature' }
    expect(await reader.list(wanted)).toEqual(entries.slice(0, 3))
    expect(await reader.list({ digest: digestOf('another image') })).toEqual([])
    const [first = subject] = entries
    const read = await reader.read(first)
    expect(read.blob.toString()).toBe('content of one')
    expect(read.manifest).toMatchObject({ artifactType: first.artifactType, annotations: first.annotations })
  })

  it('makes nothing twice', async () => {
    await using scene = await attachScene({ referrers: api })
    const { subject } = scene
    const first = await scene.referrers.attach({ subject, artifacts })
    const before = scene.writes().length
    expect(await scene.open().attach({ subject, artifacts })).toEqual({ ...first, made: 0 })
    expect(await scene.referrers.attach({ subject, artifacts })).toEqual({ ...first, made: 0 })
    expect(scene.writes().length).toBe(before)
  })

  it('completes what is missing', async () => {
    await using scene = await attachScene({ referrers: api })
    const { subject } = scene
    await scene.referrers.attach({ subject, artifacts: artifacts.slice(1, 2) })
    const before = scene.writes().length
    const attached = await scene.open().attach({ subject, artifacts })
    expect(attached).toMatchObject({ made: 2, losses: 0 })
    // Two blobs (POST, PUT), two manifests, and the tag.
    expect(scene.writes().length - before).toBe(api ? 6 : 7)
    expect(new Set(await scene.open().list({ digest: subject.digest }))).toEqual(new Set(attached.entries))
  })

  it('pushes equal artifacts and blobs once', async () => {
    await using scene = await attachScene({ referrers: api })
    const [one = artifactOf('one')] = artifacts
    const again = { ...one, annotations: { again: 'yes' } }
    const attached = await scene.referrers.attach({ subject: scene.subject, artifacts: [one, again, one] })
    expect(attached).toMatchObject({ made: 2, entries: { length: 3 } })
    expect(await scene.referrers.list({ digest: scene.subject.digest })).toHaveLength(2)
    expect(scene.writes().filter(each => each.method === 'POST').length).toBe(2)
  })

  it('is found out before, once, without writing', async () => {
    await using scene = await attachScene({ referrers: api })
    const before = scene.writes().length
    expect(await scene.referrers.probe(scene.subject.digest)).toBe(listing)
    const asked = scene.registry.journal.length
    expect(await scene.referrers.probe(scene.subject.digest)).toBe(listing)
    expect(scene.registry.journal.length).toBe(asked)
    expect(scene.writes().length).toBe(before)
    await scene.referrers.attach({ subject: scene.subject, artifacts })
    const questions = scene.registry.journal.filter(each => each.path.includes('/referrers/'))
    expect(questions.length).toBe(api ? 2 : 1)
  })

  it('takes one token for all calls', async () => {
    await using scene = await attachScene({
      referrers: api,
      auth: 'ghcr',
      users,
      credentials: { kind: 'password', username: 'octo', password: 'ghs_test' },
    })
    const { referrers, subject } = scene
    await referrers.probe(subject.digest)
    const { entries } = await referrers.attach({ subject, artifacts })
    expect(await referrers.list({ digest: subject.digest })).toEqual(entries)
    await Promise.all(entries.map(each => referrers.read(each)))
    const asked = scene.registry.journal.filter(each => each.path.startsWith('/token'))
    expect(asked.length).toBe(1)
    expect(scene.registry.journal.filter(each => each.status === 401).length).toBe(1)
  })
})

describe('reading', () => {
  it('does not load more than it was told to', async () => {
    await using scene = await attachScene()
    const large = artifactOf('large', { blob: Buffer.alloc(1001, 'x') })
    const { entries } = await scene.referrers.attach({ subject: scene.subject, artifacts: [large] })
    const [entry = scene.subject] = entries
    expect((await scene.referrers.read(entry, 1001)).blob.length).toBe(1001)
    const asked = scene.registry.journal.length
    await expect(scene.referrers.read(entry, 1000)).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining('it has 1001 bytes, at most 1000 are read here'),
    })
    // The manifest alone.
    expect(scene.registry.journal.length).toBe(asked + 1)
  })

  it.each<[string, RegExp, object, string]>([
    ['a blob that is gone', /GET .*\/blobs\//, { status: 404 }, 'it is not there'],
    ['another blob', /GET .*\/blobs\//, { body: 'Content of one' }, 'it has the bytes of sha256:'],
    ['a shorter blob', /GET .*\/blobs\//, { body: 'content' }, 'it does not have the 14 bytes'],
    ['a longer blob', /GET .*\/blobs\//, { body: 'content of one!' }, 'it does not have the 14 bytes'],
    ['an artifact that is gone', /GET .*\/manifests\//, { status: 404 }, 'it does not have it'],
    ['another manifest', /GET .*\/manifests\//, { body: '{}' }, 'it shows bytes of sha256:'],
  ])('refuses %s', async (_, match, change, message) => {
    await using scene = await attachScene()
    const { entries } = await scene.referrers.attach({
      subject: scene.subject,
      artifacts: artifacts.slice(0, 1),
    })
    const changed = (given: Answer): Answer => {
      const { file: _, ...rest } = given
      return { ...rest, ...change }
    }
    scene.registry.breakWith({ match, action: { kind: 'rewrite', change: changed } })
    const waited = scene.ports.waits.length
    const failure = scene.referrers.read(entries[0] ?? scene.subject)
    await expect(failure).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining(message),
    })
    expect(scene.ports.waits.length).toBe(waited)
  })

  it('waits for a blob', async () => {
    await using scene = await attachScene()
    const { entries } = await scene.referrers.attach({
      subject: scene.subject,
      artifacts: artifacts.slice(0, 1),
    })
    const [entry = scene.subject] = entries
    scene.registry.breakWith(
      { match: /GET .*\/blobs\//, action: { kind: 'answer', status: 503 } },
      { match: /GET .*\/blobs\//, action: { kind: 'cut-answer' } },
    )
    expect((await scene.referrers.read(entry)).blob.toString()).toBe('content of one')
    expect(scene.ports.waits.slice(-2)).toEqual([250, 500])
  })

  it('refuses what is not of one blob', async () => {
    await using scene = await attachScene()
    await expect(scene.referrers.read(scene.subject)).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining('it is an index'),
    })
    const { entries } = await scene.referrers.attach({
      subject: scene.subject,
      artifacts: artifacts.slice(0, 1),
    })
    const [entry = scene.subject] = entries
    const manifest = scene.registry.manifestOf(repositoryPath, entry.digest)?.bytes.toString() ?? ''
    const parsed = JSON.parse(manifest) as { layers: unknown[] }
    const two = JSON.stringify({ ...parsed, layers: [...parsed.layers, ...parsed.layers] })
    const url = `http://${scene.registry.host}/v2/${repositoryPath}/manifests/${digestOf(two)}`
    await fetch(url, { method: 'PUT', headers: { 'content-type': mediaTypes.manifest }, body: two })
    await expect(scene.referrers.read({ digest: digestOf(two) })).rejects.toMatchObject({
      message: expect.stringContaining('it has 2 blobs, where one is wanted'),
    })
  })
})
