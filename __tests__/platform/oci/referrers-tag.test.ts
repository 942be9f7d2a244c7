import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { buildArtifact } from '../../../src/oci/artifact.ts'
import {
  artifactOf,
  attachScene,
  repositoryPath,
  type AttachScene,
} from '../../support/registry/attach-scene.ts'

const artifacts = [artifactOf('one'), artifactOf('two')]
const tagGet = /^GET .*\/manifests\/sha256-/
const tagPuts = (scene: AttachScene) => scene.writes().filter(each => each.path.endsWith(scene.tag)).length

describe('the tag that stands in for the API', () => {
  it('may take the digest for the tag as long as there is no tag', async () => {
    await using scene = await attachScene()
    const image = scene.registry.manifestOf(repositoryPath, scene.subject.digest)
    const alias = { status: 200, headers: { 'content-type': scene.subject.mediaType } }
    const body = image?.bytes ?? ''
    scene.registry.breakWith({ match: tagGet, times: 5, action: { kind: 'answer', ...alias, body } })
    expect(await scene.referrers.probe(scene.subject.digest)).toBe('tag')
    expect(await scene.referrers.list({ digest: scene.subject.digest })).toEqual([])
    const { entries } = await scene.referrers.attach({ subject: scene.subject, artifacts })
    expect(scene.listed()).toEqual(entries)
  })

  it('is a failure when it shows the image itself for good', async () => {
    await using scene = await attachScene()
    const image = scene.registry.manifestOf(repositoryPath, scene.subject.digest)
    const alias = { status: 200, headers: { 'content-type': scene.subject.mediaType } }
    const body = image?.bytes ?? ''
    scene.registry.breakWith({ match: tagGet, times: 1000, action: { kind: 'answer', ...alias, body } })
    await expect(scene.referrers.attach({ subject: scene.subject, artifacts })).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining('shows the image itself instead of what was put there'),
      hint: expect.stringContaining('has no referrers API, and does not keep the tag'),
    })
    expect(tagPuts(scene)).toBe(1)
  })

  it('drops entries of what was removed, where the registry insists', async () => {
    await using scene = await attachScene()
    const another = { ...scene.subject, digest: digestOf('another image') }
    await scene.open().attach({ subject: another, artifacts: [artifactOf('other')] })
    const other = buildArtifact(another, artifactOf('other')).entry
    const gone = { ...other, digest: digestOf('gone') }
    const body = JSON.stringify({ schemaVersion: 2, manifests: [gone, other] })
    const headers = { 'content-type': scene.subject.mediaType }
    const dangling = { kind: 'answer', status: 200, headers, body } as const
    scene.registry.breakWith({ match: tagGet, times: 3, action: dangling })
    const { entries } = await scene.referrers.attach({ subject: scene.subject, artifacts })
    expect(scene.listed()).toEqual([other, ...entries])
  })

  it('is not overwritten when it is something else', async () => {
    await using scene = await attachScene()
    const manifest = buildArtifact(scene.subject, artifactOf('something else')).manifest
    scene.registry.breakWith({
      match: tagGet,
      times: 1000,
      action: {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': manifest.descriptor.mediaType },
        body: manifest.bytes,
      },
    })
    const failure = {
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining(`${scene.tag} is no list of referrers: it is of the type`),
    }
    await expect(scene.referrers.probe(scene.subject.digest)).rejects.toMatchObject(failure)
    await expect(scene.referrers.attach({ subject: scene.subject, artifacts })).rejects.toMatchObject(failure)
    expect(tagPuts(scene)).toBe(0)
  })
})
