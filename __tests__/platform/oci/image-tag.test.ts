import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { blobOf } from '../../../src/oci/artifact.ts'
import type { TaggedLayers } from '../../../src/oci/image-tag.ts'
import { parseManifest } from '../../../src/oci/manifest.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import {
  artifactOf,
  attachScene,
  repositoryPath,
  type AttachScene,
} from '../../support/registry/attach-scene.ts'

const tag = 'sha256-00.sig'
const payload = Buffer.from('{"critical":{}}')
const tagGet = /^GET .*\/manifests\/sha256-00\.sig/
const tagPut = /^PUT .*\/manifests\/sha256-00\.sig/

/** A signature: cosign's layers of one image differ by their annotations alone. */
const layer = (signature: string, bytes = payload) => {
  const { descriptor } = blobOf(bytes, 'application/x')
  return { bytes, descriptor: { ...descriptor, annotations: { signature, certificate: 'c' } } }
}

const request = (...signatures: readonly string[]): TaggedLayers => ({
  tag,
  layers: signatures.map(each => layer(each)),
  compose(before, added) {
    const layers = [...before, ...added.map(each => each.descriptor)]
    const config = Buffer.from(JSON.stringify({ rootfs: { diff_ids: layers.map(each => each.digest) } }))
    const { descriptor } = blobOf(config, 'application/vnd.oci.image.config.v1+json')
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: descriptor, layers }
    return { config, manifest: Buffer.from(JSON.stringify(manifest)) }
  },
})

const signaturesOf = ({ registry }: AttachScene): readonly unknown[] => {
  const kept = registry.manifestOf(repositoryPath, tag)
  if (kept === undefined) return []
  const value = parseManifest(kept.bytes, kept.mediaType)
  return value.kind === 'manifest' ? value.layers.map(each => each.annotations?.['signature']) : []
}

describe('the image of a shared tag', () => {
  it('is made, and read back', async () => {
    await using scene = await attachScene()
    await scene.referrers.putImageTag(request('a', 'b'))
    expect(signaturesOf(scene)).toEqual(['a', 'b'])
    expect((await scene.referrers.readBlob(layer('a').descriptor)).equals(payload)).toBe(true)
    const writes = scene.writes().map(each => each.method)
    // One payload and one configuration.
    expect(writes).toEqual(['POST', 'PUT', 'POST', 'PUT', 'PUT'])
  })

  it('keeps the layers of others and gets none twice', async () => {
    await using scene = await attachScene()
    await scene.referrers.putImageTag(request('a'))
    await scene.open().putImageTag(request('a', 'b'))
    expect(signaturesOf(scene)).toEqual(['a', 'b'])
    const before = scene.writes().length
    await scene.open().putImageTag(request('b', 'a'))
    expect(scene.writes().length).toBe(before)
  })

  it('is repaired when another writer replaces it, with a warning', async () => {
    await using scene = await attachScene()
    await using other = await attachScene()
    await other.referrers.putImageTag(request('theirs'))
    const theirs = other.registry.manifestOf(repositoryPath, tag)
    await scene.open().putImageTag({ ...request('theirs'), tag: 'elsewhere' })
    scene.before(tagGet, 2, () =>
      fetch(`http://${scene.registry.host}/v2/${repositoryPath}/manifests/${tag}`, {
        method: 'PUT',
        headers: { 'content-type': mediaTypes.manifest },
        body: theirs?.bytes.toString() ?? '',
      }),
    )
    await scene.referrers.putImageTag(request('ours'))
    expect(signaturesOf(scene)).toEqual(['theirs', 'ours'])
    expect(scene.ports.lines.filter(each => each.startsWith('warning: '))).toEqual([
      expect.stringContaining(`${tag}: another job wrote there at the same time`),
    ])
  })

  it.each([
    ['an index', mediaTypes.index, '{"schemaVersion":2,"manifests":[]}', 'it is an index'],
    ['no manifest', mediaTypes.manifest, '{}', 'its schemaVersion is not 2'],
  ])('is not made of %s', async (_, type, body, message) => {
    await using scene = await attachScene()
    const headers = { 'content-type': type }
    scene.registry.breakWith({ match: tagGet, action: { kind: 'answer', status: 200, headers, body } })
    await expect(scene.referrers.putImageTag(request('a'))).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining(`${tag} is no image: ${message}`),
    })
    expect(signaturesOf(scene)).toEqual([])
  })

  it('is a failure where tags are immutable', async () => {
    await using scene = await attachScene()
    const body = '{"errors":[{"code":"TAG_IMMUTABLE","message":"immutable"}]}'
    scene.registry.breakWith({ match: tagPut, action: { kind: 'answer', status: 400, body } })
    await expect(scene.referrers.putImageTag(request('a'))).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      hint: expect.stringContaining('makes tags immutable has to leave them out'),
    })
  })

  it('is apart from what is attached', async () => {
    await using scene = await attachScene()
    await scene.referrers.putImageTag(request('a'))
    await scene.referrers.attach({ subject: scene.subject, artifacts: [artifactOf('one')] })
    expect(await scene.referrers.list({ digest: scene.subject.digest })).toHaveLength(1)
    expect(await scene.referrers.list({ digest: digestOf('other') })).toEqual([])
    expect(signaturesOf(scene)).toEqual(['a'])
  })
})
