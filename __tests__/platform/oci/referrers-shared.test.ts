import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { buildArtifact } from '../../../src/oci/artifact.ts'
import type { Attached } from '../../../src/oci/referrers.ts'
import { openClock } from '../../../src/platform/clock.ts'
import { openPatience } from '../../../src/platform/patience.ts'
import { networkPorts } from '../../support/network-ports.ts'
import {
  artifactOf,
  attachScene,
  repositoryPath,
  type AttachScene,
} from '../../support/registry/attach-scene.ts'

const artifacts = [artifactOf('one'), artifactOf('two')]
const tagGet = /^GET .*\/manifests\/sha256-/

/** Something that somebody else attached: pushed, and how a list names it. */
async function foreign(scene: AttachScene, name: string): Promise<object> {
  const artifact = artifactOf(name)
  const other = { ...scene.subject, digest: digestOf('another image') }
  // Pushed for another subject, so that only the manifest is there.
  await scene.open().attach({ subject: other, artifacts: [artifact] })
  return { ...buildArtifact(other, artifact).entry, 'com.example.unknown': [name] }
}

const digestsOf = (entries: readonly { digest?: unknown }[]) => entries.map(each => each.digest)
const warningsOf = ({ lines }: { readonly lines: readonly string[] }) =>
  lines.filter(each => each.startsWith('warning: '))
const tagPuts = (scene: AttachScene) => scene.writes().filter(each => each.path.endsWith(scene.tag)).length

describe('the tag that stands in for the API', () => {
  it('keeps what others put there, known to us or not', async () => {
    await using scene = await attachScene()
    const other = await foreign(scene, 'other')
    await scene.putIndex([other], { annotations: { kept: 'yes' }, 'com.example.more': 1 })
    const { entries } = await scene.referrers.attach({ subject: scene.subject, artifacts })
    expect(scene.listed()).toEqual([other, ...entries])
    const bytes = scene.registry.manifestOf(repositoryPath, scene.tag)?.bytes.toString() ?? ''
    expect(JSON.parse(bytes)).toMatchObject({ annotations: { kept: 'yes' }, 'com.example.more': 1 })
  })

  it('is corrected where it says less of ours than it should', async () => {
    await using scene = await attachScene()
    const { entries } = await scene.referrers.attach({ subject: scene.subject, artifacts })
    await scene.putIndex(entries.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })))
    const again = await scene.open().attach({ subject: scene.subject, artifacts })
    expect(again).toMatchObject({ made: 0, losses: 0 })
    expect(scene.listed()).toEqual(entries)
  })

  // The tag is read before it is written, at once after, and once more after a pause.
  it.each([
    ['at once', 2],
    ['a little later', 3],
  ])('is repaired when another writer replaces ours %s, with a warning', async (_, look) => {
    await using scene = await attachScene()
    const [before, other] = [await foreign(scene, 'before'), await foreign(scene, 'other')]
    await scene.putIndex([before])
    scene.before(tagGet, look, () => scene.putIndex([other]))
    const attached = await scene.referrers.attach({ subject: scene.subject, artifacts })
    expect(attached.losses).toBe(1)
    // What the other writer lost besides ours comes back as well.
    expect(scene.listed()).toEqual([other, before, ...attached.entries])
    expect(warningsOf(scene.ports)).toEqual([
      expect.stringContaining(`octo/demo:${scene.tag}: another job wrote there at the same time`),
    ])
    expect(await scene.open().list({ digest: scene.subject.digest })).toHaveLength(4)
  })

  it('is left alone when another writer adds to ours', async () => {
    await using scene = await attachScene()
    const other = await foreign(scene, 'other')
    scene.before(tagGet, 2, () => scene.putIndex([...scene.listed(), other]))
    const attached = await scene.referrers.attach({ subject: scene.subject, artifacts })
    expect(attached.losses).toBe(0)
    expect(warningsOf(scene.ports)).toEqual([])
    expect(scene.listed()).toEqual([...attached.entries, other])
  })

  it.each([
    ['nothing yet', false],
    ['what was there before', true],
  ])('is looked at until it shows ours, when it shows %s', async (_, isThere) => {
    await using scene = await attachScene()
    const other = await foreign(scene, 'other')
    if (isThere) await scene.putIndex([other])
    const old = scene.registry.manifestOf(repositoryPath, scene.tag)
    const stale =
      old === undefined
        ? { status: 404 }
        : { status: 200, headers: { 'content-type': old.mediaType }, body: old.bytes }
    const written = tagPuts(scene)
    scene.registry.breakWith({ match: tagGet, after: 1, times: 5, action: { kind: 'answer', ...stale } })
    const attached = await scene.referrers.attach({ subject: scene.subject, artifacts })
    expect(attached.losses).toBe(0)
    expect(tagPuts(scene)).toBe(written + 1)
    expect(scene.listed()).toEqual(isThere ? [other, ...attached.entries] : attached.entries)
    // Five by patience, then the one before the last look.
    expect(scene.ports.waits.slice(-6)).toEqual([250, 500, 1000, 2000, 4000, 100])
  })

  it('is a failure when it never comes to show ours', async () => {
    await using scene = await attachScene({ network: { deadline: 30_000 } })
    scene.registry.breakWith({ match: tagGet, times: 1000, action: { kind: 'answer', status: 404 } })
    await expect(scene.referrers.attach({ subject: scene.subject, artifacts })).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining('does not show what was put there'),
    })
    expect(tagPuts(scene)).toBe(1)
  })

  it('is a failure when others replace it again and again', async () => {
    await using scene = await attachScene()
    const other = await foreign(scene, 'other')
    for (let look = 2; look <= 20; look += 2) {
      scene.before(tagGet, look, () => scene.putIndex([other], { annotations: { look: `${look}` } }))
    }
    await expect(scene.referrers.attach({ subject: scene.subject, artifacts })).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining('other writers replaced what was put at'),
      hint: expect.stringContaining('Let nothing else sign or attest the same image'),
    })
  })
})

describe('six writers at once', () => {
  it.each([
    ['the tag', false],
    ['the API', true],
  ])('end with all entries, or say that they did not (%s)', async (_, api) => {
    await using scene = await attachScene({ referrers: api })
    await using network = networkPorts()
    const clock = openClock()
    const patience = openPatience({ deadline: 60_000, clock, random: Math.random, log: network.log })
    const writers = ['a', 'b', 'c', 'd', 'e', 'f'].map(name =>
      scene.open({ ...network, clock, patience }).attach({
        subject: scene.subject,
        artifacts: [artifactOf(`${name}1`), artifactOf(`${name}2`)],
      }),
    )
    const ends = await Promise.allSettled(writers)
    const well = ends.flatMap((end): Attached[] => (end.status === 'fulfilled' ? [end.value] : []))
    const listed = digestsOf(await scene.open().list({ digest: scene.subject.digest }))
    expect(listed).toEqual(expect.arrayContaining(well.flatMap(each => digestsOf(each.entries))))
    expect(well.length).toBeGreaterThan(0)
    const failures: unknown[] = ends.flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
    expect(failures.filter(each => !(each instanceof Failure))).toEqual([])
    expect(warningsOf(network).length).toBe(well.filter(each => each.losses > 0).length)
  })
})
