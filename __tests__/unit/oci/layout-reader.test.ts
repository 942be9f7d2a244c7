import { appendFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { readImageTree } from '../../../src/oci/image-tree.ts'
import { findBlob, openLayout, readBlob, readDocument } from '../../../src/oci/layout-reader.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import { writeLayout, type WrittenLayout } from '../../support/image-layout.ts'

const invalid = (file: string, message: string): unknown =>
  expect.objectContaining({ code: 'LAYOUT_INVALID', message: expect.stringContaining(`${file}: ${message}`) })

describe('openLayout', () => {
  it.each(['apko', 'spec'] as const)('finds the image index as %s has it', async form => {
    await using layout = await writeLayout({ form })
    const opened = await openLayout(layout.folder)
    expect(opened.root).toEqual(layout.index)
    expect((await readDocument(layout.folder, opened.root)).value).toMatchObject({
      kind: 'index',
      manifests: layout.manifests,
    })
  })

  it('finds a single manifest', async () => {
    await using layout = await writeLayout({ platforms: { amd64: ['layer'] } })
    const { platform: _, ...manifest } = layout.manifests[0] ?? layout.index
    const index = { schemaVersion: 2, manifests: [manifest] }
    await writeFile(join(layout.folder, 'index.json'), JSON.stringify(index))
    expect((await openLayout(layout.folder)).root).toEqual(manifest)
  })

  it.each([
    ['oci-layout', '{"imageLayoutVersion":"2.0"}', 'it is not the mark of an OCI image layout 1.0.0'],
    ['oci-layout', undefined, 'it cannot be read'],
    ['index.json', undefined, 'it cannot be read'],
    ['index.json', '<html>', 'it is not JSON'],
    ['index.json', '{"schemaVersion":2,"manifests":[]}', 'it lists no image'],
    ['index.json', 'x'.repeat(5_000_000), 'it has 5000000 bytes'],
  ])('names a broken %s', async (name, content, message) => {
    await using layout = await writeLayout()
    const file = join(layout.folder, name)
    await (content === undefined ? rm(file) : writeFile(file, content))
    await expect(openLayout(layout.folder)).rejects.toThrow(invalid(file, message))
  })

  it('refuses several images', async () => {
    await using layout = await writeLayout({ form: 'spec' })
    const index = { schemaVersion: 2, manifests: [layout.index, layout.index] }
    const file = join(layout.folder, 'index.json')
    await writeFile(file, JSON.stringify(index))
    await expect(openLayout(layout.folder)).rejects.toThrow(invalid(file, 'it lists 2 images'))
  })
})

describe('documents and blobs', () => {
  const manifestFile = (layout: WrittenLayout): string => layout.fileOf(layout.manifests[0] ?? layout.index)

  it('are checked against size and digest', async () => {
    await using layout = await writeLayout()
    const [manifest = layout.index] = layout.manifests
    const file = manifestFile(layout)
    await writeFile(file, ' '.repeat(manifest.size))
    await expect(readDocument(layout.folder, manifest)).rejects.toThrow(invalid(file, 'its sha256 is not'))
    await appendFile(file, ' ')
    await expect(readDocument(layout.folder, manifest)).rejects.toThrow(invalid(file, 'it has'))
    await rm(file)
    await expect(readDocument(layout.folder, manifest)).rejects.toThrow(invalid(file, 'it cannot be read'))
  })

  it('are found by digest', async () => {
    await using layout = await writeLayout()
    const [config = layout.index] = layout.configs
    const [layer = layout.index] = layout.layers
    expect(JSON.parse(Buffer.from(await readBlob(layout.folder, config)).toString())).toMatchObject({
      architecture: 'amd64',
    })
    expect(await findBlob(layout.folder, layer)).toBe(layout.fileOf(layer))
    await truncate(layout.fileOf(layer), 3)
    await expect(findBlob(layout.folder, layer)).rejects.toThrow(
      invalid(layout.fileOf(layer), 'it has 3 bytes, its manifest says 12'),
    )
  })
})

describe('readImageTree', () => {
  it('lists each blob once, and manifests before the index', async () => {
    await using layout = await writeLayout()
    const tree = await readImageTree(layout.folder, layout.index)
    const digests = (all: readonly { digest: string }[]): string[] => all.map(each => each.digest).sort()
    expect(digests(tree.blobs)).toEqual(digests([...layout.configs, ...layout.layers]))
    expect(tree.levels.map(level => digests(level.map(each => each.descriptor)))).toEqual([
      digests(layout.manifests),
      [layout.index.digest],
    ])
  })

  it('puts an index of indexes after what it needs', async () => {
    await using layout = await writeLayout({ form: 'spec' })
    const [manifest = layout.index] = layout.manifests
    const text = JSON.stringify({ schemaVersion: 2, manifests: [manifest, layout.index] })
    const top = { mediaType: mediaTypes.index, digest: digestOf(text), size: text.length }
    await writeFile(layout.fileOf(top), text)
    const tree = await readImageTree(layout.folder, top)
    expect(tree.levels.map(level => level.length)).toEqual([2, 1, 1])
    expect(tree.levels.at(-1)?.[0]?.descriptor).toEqual(top)
  })
})
