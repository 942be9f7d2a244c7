import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { buildArtifact, type Artifact } from '../../../src/oci/artifact.ts'
import { parseManifest } from '../../../src/oci/manifest.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'

const subject = {
  mediaType: mediaTypes.index,
  digest: digestOf('subject'),
  size: 7,
  platform: { architecture: 'amd64', os: 'linux' },
  annotations: { own: 'not ours to repeat' },
}
const artifact: Artifact = {
  artifactType: 'application/x',
  blob: Buffer.from('content'),
  blobMediaType: 'application/y',
  annotations: { b: '2', a: '1' },
}
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

describe('an artifact', () => {
  it('is a manifest with a subject, an empty configuration and one blob', () => {
    const { manifest, blobs, entry } = buildArtifact(subject, artifact)
    expect(JSON.parse(textOf(manifest.bytes))).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/x',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [{ mediaType: 'application/y', digest: digestOf('content'), size: 7 }],
      subject: { mediaType: mediaTypes.index, digest: digestOf('subject'), size: 7 },
      annotations: { a: '1', b: '2' },
    })
    expect(blobs.map(each => textOf(each.bytes))).toEqual(['{}', 'content'])
    expect(manifest.descriptor).toEqual({
      mediaType: mediaTypes.manifest,
      digest: digestOf(manifest.bytes),
      size: manifest.bytes.length,
    })
    expect(entry).toEqual({
      ...manifest.descriptor,
      artifactType: 'application/x',
      annotations: { a: '1', b: '2' },
    })
  })

  it('has the same digest however its annotations are ordered, and another with other annotations', () => {
    const { digest } = buildArtifact(subject, artifact).entry
    const digestWith = (annotations: Record<string, string>) =>
      buildArtifact(subject, { ...artifact, annotations }).entry.digest
    expect(digestWith({ a: '1', b: '2' })).toBe(digest)
    expect(digestWith({ a: '1', b: '3' })).not.toBe(digest)
  })

  it('has no annotations when none are given', () => {
    const { annotations: _, ...bare } = artifact
    const { manifest, entry } = buildArtifact(subject, bare)
    expect(JSON.parse(textOf(manifest.bytes))).not.toHaveProperty('annotations')
    expect(entry).not.toHaveProperty('annotations')
    expect(parseManifest(manifest.bytes, mediaTypes.manifest)).toMatchObject({
      artifactType: 'application/x',
      subject: { digest: subject.digest },
    })
  })
})
