import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import {
  descriptorsOf,
  mergedIndex,
  missingFrom,
  noReferrers,
  parseReferrersIndex,
  type ReferrersChange,
} from '../../../src/oci/referrers-index.ts'

const entryOf = (name: string) => ({
  mediaType: mediaTypes.manifest,
  digest: digestOf(name),
  size: name.length,
  artifactType: 'application/x',
  annotations: { name },
})
const [one, two, three] = [entryOf('one'), entryOf('two'), entryOf('three')]
const strange = { mediaType: 'text/x', digest: 'sha512:00', size: 1, 'com.example.extra': { deep: true } }
const indexOf = (manifests: unknown, more: object = {}) =>
  parseReferrersIndex(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests, ...more })),
    mediaTypes.index,
  )
const merged = (manifests: unknown, change: ReferrersChange): unknown =>
  (JSON.parse(mergedIndex(indexOf(manifests), change).toString()) as { manifests: unknown }).manifests

describe('a list of referrers', () => {
  it('begins as an empty index', () => {
    expect(JSON.parse(mergedIndex(noReferrers, { ours: [one] }).toString())).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [one],
    })
  })

  it.each<[string, unknown, ReferrersChange, unknown]>([
    ['appends', [one], { ours: [two, three] }, [one, two, three]],
    ['lists nothing twice', [one, two], { ours: [two, two] }, [one, two]],
    ['keeps what it does not know', [strange, 7], { ours: [one] }, [strange, 7, one]],
    [
      'puts back what was lost',
      [two],
      { ours: [three], lost: [one, one, two, strange] },
      [two, one, strange, three],
    ],
    ['takes out what is gone', [one, two], { ours: [three], gone: new Set([one.digest]) }, [two, three]],
    [
      'corrects ours in place and keeps their fields',
      [{ ...one, artifactType: 'application/wrong', annotations: {}, extra: 1 }, two],
      { ours: [one] },
      [{ ...one, extra: 1 }, two],
    ],
    ['takes none for a list', null, { ours: [one] }, [one]],
  ])('%s', (_, manifests, change, expected) => {
    expect(merged(manifests, change)).toEqual(expected)
  })

  it('keeps the fields of the index', () => {
    const index = indexOf([one], { annotations: { a: 'b' }, artifactType: 'application/z', more: [1] })
    expect(JSON.parse(mergedIndex(index, { ours: [two] }).toString())).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [one, two],
      annotations: { a: 'b' },
      artifactType: 'application/z',
      more: [1],
    })
  })

  it.each<[string, unknown, readonly object[]]>([
    ['nothing of what is there', [{ ...one, annotations: { name: 'one', more: '1' }, extra: 1 }], []],
    ['what is not there', [two, null, 'text'], [one]],
    ['what has another type', [{ ...one, artifactType: 'application/wrong' }], [one]],
    ['what has another size', [{ ...one, size: 1 }], [one]],
    ['what lacks annotations', [{ ...one, annotations: undefined }], [one]],
    ['what has another annotation', [{ ...one, annotations: { name: 'two' } }], [one]],
  ])('misses %s', (_, manifests, missing) => {
    expect(missingFrom(indexOf(manifests), [one])).toEqual(missing)
  })

  it('is read as far as we can', () => {
    expect(descriptorsOf(indexOf([one, strange, null, { ...two, size: -1 }, three]))).toEqual([one, three])
  })

  it.each([
    [
      'a manifest',
      '{}',
      mediaTypes.manifest,
      'it is of the type "application/vnd.oci.image.manifest.v1+json", not an index',
    ],
    ["Docker's list", '{}', mediaTypes.dockerIndex, 'not an index'],
    ['text', 'no', mediaTypes.index, 'it is not JSON'],
    ['a list', '[]', mediaTypes.index, 'it is not an object'],
    ['no list', '{"manifests":{}}', mediaTypes.index, 'manifests is not a list'],
  ])('is not %s', (_, text, mediaType, message) => {
    expect(() => parseReferrersIndex(Buffer.from(text), mediaType)).toThrow(message)
  })
})
