import { describe, expect, it } from 'vitest'
import type { ManifestBytes } from '../../../src/oci/manifest-transfer.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openRepository } from '../../../src/oci/registry-client.ts'
import { openClock } from '../../../src/platform/clock.ts'
import { networkPorts } from '../../support/network-ports.ts'
import { playAll } from '../../support/races/explore.ts'
import { imageOf, tagRace, type RunEnd, type TagRaceOptions } from '../../support/races/tag-race.ts'
import type { Fault } from '../../support/registry/faults.ts'
import { startRegistry } from '../../support/registry/registry.ts'
import { setTags } from '../../support/set-tags.ts'

const older = imageOf('c0ffee', '2026-01-02T00:00:00Z')
const newer = imageOf('decade', '2026-01-02T00:00:01Z')
const before = imageOf('abcdef', '2026-01-01T00:00:00Z')
const [silent, silentToo] = [imageOf('x'), imageOf('y')]
const named = { named: expect.any(Array), left: [] }

/** Whether a run said that its image has the tag. */
const says = (end: RunEnd | undefined): boolean => typeof end === 'object' && end.named.length > 0

const play = (options: TagRaceOptions) => playAll(() => tagRace(options))

describe('in every order of their requests, two runs on a moving tag', () => {
  it.each<[string, TagRaceOptions]>([
    ['that is new', { tag: 'latest', images: [older, newer] }],
    ['of an older image', { tag: 'latest', images: [older, newer], before }],
    ['of an image that does not tell', { tag: '1.2', images: [older, newer], before: silent }],
    ['that one of them had before', { tag: 'latest', images: [older, newer], before: older }],
  ])('%s leave the tag of the newer commit', async (_, options) => {
    const all = await play(options)
    expect(all.length).toBeGreaterThan(5)
    for (const { order, result } of all) {
      expect([order, result.shown]).toEqual([order, newer.descriptor.digest])
      expect([order, result.ends[1]]).toEqual([order, named])
      expect([order, typeof result.ends[0]]).toEqual([order, 'object'])
    }
    // In some of them the older run saw that it was overtaken.
    expect(all.some(({ result }) => !says(result.ends[0]))).toBe(true)
  })

  it('of which none is known to be newer leave the later writer’s, and only one says that it has the tag in the end', async () => {
    const all = await play({ tag: 'latest', images: [silent, silentToo], before })
    const digests = [silent, silentToo].map(({ descriptor }) => descriptor.digest)
    for (const { order, result } of all) {
      const winner = digests.indexOf(result.shown ?? before.descriptor.digest)
      expect([order, says(result.ends[winner])]).toEqual([order, true])
    }
  })
})

describe('in every order of their requests, two runs on a full version', () => {
  it('of other bytes: one has it, the other fails', async () => {
    const all = await play({ tag: '1.2.3', images: [older, newer] })
    const digests = [older, newer].map(({ descriptor }) => descriptor.digest)
    for (const { order, result } of all) {
      const winner = digests.indexOf(result.shown ?? before.descriptor.digest)
      expect([order, result.ends[winner]]).toEqual([order, named])
      expect([order, result.ends[1 - winner]]).toEqual([order, 'TAG_REFUSED'])
    }
    expect(new Set(all.map(({ result }) => result.shown))).toEqual(new Set(digests))
  })

  it('of the same bytes: both have it', async () => {
    const all = await play({ tag: '1.2.3', images: [older, older] })
    for (const { result } of all) expect(result.ends).toEqual([named, named])
  })

  it('that names another image: neither moves it, unless it may', async () => {
    for (const { result } of await play({ tag: '1.2.3', images: [older, newer], before })) {
      expect(result).toEqual({ ends: ['TAG_REFUSED', 'TAG_REFUSED'], shown: before.descriptor.digest })
    }
    const moved = await play({ tag: '1.2.3', images: [older, newer], before, allowRetag: true })
    for (const { order, result } of moved) {
      expect([order, [older, newer].map(({ descriptor }) => descriptor.digest)]).toEqual([
        order,
        expect.arrayContaining([result.shown]),
      ])
    }
  })
})

describe('two runs at once against a registry', () => {
  const put = /^PUT .*\/manifests\/latest/
  const get = /^GET .*\/manifests\/latest/
  it.each<[string, Fault | undefined]>([
    ['as fast as they can', undefined],
    ['whose first write is slow', { match: put, action: { kind: 'delay', milliseconds: 200 } }],
    ['whose second write is slow', { match: put, after: 1, action: { kind: 'delay', milliseconds: 200 } }],
    ['whose first look is slow', { match: get, action: { kind: 'delay', milliseconds: 200 } }],
    ['whose second look is slow', { match: get, after: 1, action: { kind: 'delay', milliseconds: 200 } }],
    ['whose first answer to a write gets lost', { match: put, action: { kind: 'lose-answer' } }],
    ['whose second write is reset', { match: put, after: 1, action: { kind: 'reset' } }],
  ])('%s, leave the tag of the newer commit', async (_, fault) => {
    const registry = await startRegistry()
    await using real = networkPorts()
    const ports = { ...real, clock: openClock() }
    try {
      const repository = parseRepository(`${registry.host}/octo/demo`)
      const at = { repository, credentials: { kind: 'none' } } as const
      for (const image of [older, newer]) await openRepository(at, ports).putManifest(image)
      if (fault !== undefined) registry.breakWith(fault)
      const run = (image: ManifestBytes) =>
        setTags({ ...at, digest: image.descriptor.digest, tags: ['latest'] }, ports)
      const [, young] = await Promise.all([run(older), run(newer)])
      expect(registry.tagsOf('octo/demo').get('latest')).toBe(newer.descriptor.digest)
      expect(young).toEqual(named)
      expect(registry.faults.unused).toBe(0)
    } finally {
      await registry.close()
    }
  })
})
