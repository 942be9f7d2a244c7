import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { blobsOf, parseManifest } from '../../../src/oci/manifest.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'

const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf('layer'), size: 5 }
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf('{}'), size: 2 }
const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer, layer] }
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

describe('parseManifest', () => {
  it('reads a manifest', () => {
    const read = parseManifest(bytesOf({ ...manifest, subject: config, annotations: { a: 'b' } }))
    expect(read).toEqual({
      kind: 'manifest',
      mediaType: mediaTypes.manifest,
      config,
      layers: [layer, layer],
      subject: config,
      annotations: { a: 'b' },
    })
    expect(read.kind === 'manifest' && blobsOf(read)).toEqual([config, layer])
  })

  it('reads an index, with what apko adds', () => {
    const entry = {
      ...config,
      mediaType: mediaTypes.manifest,
      platform: { architecture: 'arm', os: 'linux', variant: 'v7' },
      artifactType: 'application/vnd.oci.image.config.v1+json',
      annotations: { a: 'b' },
    }
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [entry] }
    expect(parseManifest(bytesOf(index))).toEqual({
      kind: 'index',
      mediaType: mediaTypes.index,
      manifests: [entry],
      annotations: {},
    })
  })

  it("reads Docker's older forms", () => {
    const { mediaType: _, ...bare } = manifest
    expect(parseManifest(bytesOf(bare), mediaTypes.dockerManifest)).toMatchObject({ kind: 'manifest' })
    const list = { schemaVersion: 2, manifests: [] }
    expect(parseManifest(bytesOf(list), mediaTypes.dockerIndex)).toMatchObject({ kind: 'index' })
  })

  it.each([
    ['no JSON', Buffer.from('<html>'), 'it is not JSON'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'it is not JSON'],
    ['a list', bytesOf([]), 'it is not an object'],
    ['schema 1', bytesOf({ ...manifest, schemaVersion: 1 }), 'its schemaVersion is not 2'],
    ['another type', bytesOf({ ...manifest, mediaType: 'text/plain' }), 'media type "text/plain"'],
    ['no type', bytesOf({ ...manifest, mediaType: undefined }), 'media type ""'],
    ['no config', bytesOf({ ...manifest, config: undefined }), 'config is not an object'],
    ['no layers', bytesOf({ ...manifest, layers: {} }), 'layers is not a list'],
    [
      'a short digest',
      bytesOf({ ...manifest, layers: [{ ...layer, digest: 'sha256:1' }] }),
      'layers[0].digest is not a sha256 digest',
    ],
    ['a path as digest', bytesOf({ ...manifest, config: { ...config, digest: '../../x' } }), 'config.digest'],
    ['a negative size', bytesOf({ ...manifest, layers: [layer, { ...layer, size: -1 }] }), 'layers[1].size'],
    ['no media type', bytesOf({ ...manifest, config: { ...config, mediaType: 1 } }), 'config.mediaType'],
    ['strange annotations', bytesOf({ ...manifest, annotations: { a: 1 } }), 'annotations.a is not a text'],
    [
      'half a platform',
      bytesOf({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ ...config, platform: {} }] }),
      'manifests[0].platform lacks architecture or os',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseManifest(bytes)).toThrow(
      expect.objectContaining({ name: 'ManifestError', message: expect.stringContaining(message) }),
    )
  })

  it('refuses a document that is not what its descriptor says', () => {
    expect(() => parseManifest(bytesOf(manifest), mediaTypes.index)).toThrow(
      `its mediaType is ${mediaTypes.manifest} instead of ${mediaTypes.index}`,
    )
  })
})
