import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildImages } from '../../../src/apko/build-images.ts'
import { markLayout } from '../../../src/apko/mark-layout.ts'
import { digestOf, hexOf, type Digest } from '../../../src/domain/digest.ts'
import type { ImageMarks } from '../../../src/domain/image-marks.ts'
import { openLayout } from '../../../src/oci/layout-reader.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { apkoStandIn, withoutLock } from './apko-stand-in.ts'
import { valuesOf } from './built-images.ts'
import { imagesRequest } from './images-request.ts'
import { temporaryFolder } from './temporary-folder.ts'

const marks: ImageMarks = {
  defaults: { title: 'ours', source: 'https://github.com/octo/senhas', url: 'ours' },
  labels: { vendor: 'label & <co>', url: '' },
  annotations: { vendor: 'annotation', title: 'given' },
}

type Json = Readonly<Record<string, unknown>>

const indexType = 'application/vnd.oci.image.index.v1+json'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

interface LayoutPlan {
  readonly labels?: Json
  readonly annotations?: Json
  /** Whether index.json lists the image's index, which is a blob. */
  readonly nested?: boolean
}

/** A layout of two platforms as apko writes it, with what its file says. */
async function layoutOf({ labels, annotations, nested = false }: LayoutPlan): Promise<string> {
  const layout = await temporaryFolder({ 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' })
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true })
  const put = async (value: Json, mediaType: string) => {
    const text = JSON.stringify(value)
    const digest = digestOf(text)
    await writeFile(join(layout, 'blobs/sha256', hexOf(digest)), text)
    return { mediaType, digest, size: text.length }
  }
  const manifests = []
  for (const [at, architecture] of ['amd64', 'arm64'].entries()) {
    const config = {
      created: `2025-01-0${at + 1}T00:00:00Z`,
      architecture,
      os: 'linux',
      config: { User: '65532', Labels: labels },
    }
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: await put(config, 'application/vnd.oci.image.config.v1+json'),
      layers: [],
      annotations,
    }
    manifests.push({ ...(await put(manifest, manifestType)), platform: { architecture, os: 'linux' } })
  }
  const index = { schemaVersion: 2, mediaType: indexType, manifests, annotations }
  const top = nested
    ? { schemaVersion: 2, mediaType: indexType, manifests: [await put(index, indexType)] }
    : index
  await writeFile(join(layout, 'index.json'), JSON.stringify(top))
  return layout
}

/** All that a layout says, by place. */
async function read(layout: string) {
  const blob = async (digest: unknown): Promise<Json> =>
    JSON.parse(await readFile(join(layout, 'blobs/sha256', hexOf(digest as Digest)), 'utf8')) as Json
  const { root } = await openLayout(layout)
  const top = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as Json
  const index =
    digestOf(await readFile(join(layout, 'index.json'))) === root.digest ? top : await blob(root.digest)
  const listed = index['manifests'] as { digest: Digest; platform: Json }[]
  const platforms = await Promise.all(
    listed.map(async ({ digest }) => {
      const manifest = await blob(digest)
      const config = await blob((manifest['config'] as { digest: Digest }).digest)
      return { manifest, config: config['config'] as { User: string; Labels: Json } }
    }),
  )
  return { root, index, listed, platforms }
}

describe.each([false, true])('a layout whose index is a blob: %s', nested => {
  it('gets labels in each configuration, annotations on manifests and index', async () => {
    const layout = await layoutOf({ nested })
    const before = await read(layout)
    const renamed = await markLayout(layout, marks)
    const { index, platforms, root, listed } = await read(layout)
    const source = 'https://github.com/octo/senhas'
    const created = 'org.opencontainers.image.created'
    expect(platforms[0]?.config).toEqual({
      User: '65532',
      Labels: { [created]: '2025-01-01T00:00:00Z', source, title: 'ours', vendor: 'label & <co>' },
    })
    const annotations = { source, title: 'given', url: 'ours', vendor: 'annotation' }
    expect(platforms[1]?.manifest['annotations']).toEqual({
      [created]: '2025-01-02T00:00:00Z',
      ...annotations,
    })
    expect(index['annotations']).toEqual({ [created]: '2025-01-02T00:00:00Z', ...annotations })
    expect([...renamed]).toEqual([
      ...before.listed.map(({ digest }, at) => [digest, listed[at]?.digest]),
      [before.root.digest, root.digest],
    ])
    expect(listed.map(({ platform }) => platform)).toEqual(before.listed.map(({ platform }) => platform))
    expect(await readdir(join(layout, 'blobs/sha256'))).toHaveLength(nested ? 5 : 4)
  })
})

describe('what the apko file says', () => {
  const own = { title: 'theirs', vendor: 'theirs', url: 'theirs', docs: 'theirs' }
  it.each([
    ['today, on everything', { labels: own, annotations: own }],
    ['before 0.15, on manifest and index alone', { annotations: own }],
  ])('goes before what is known, and after the inputs: %s', async (_title, plan) => {
    const layout = await layoutOf(plan)
    await markLayout(layout, marks)
    const { index, platforms } = await read(layout)
    expect(platforms[0]?.config.Labels).toMatchObject({ title: 'theirs', vendor: 'label & <co>' })
    expect(platforms[0]?.manifest['annotations']).toMatchObject({
      title: 'given',
      vendor: 'annotation',
      url: 'theirs',
      docs: 'theirs',
    })
    expect(index['annotations']).toMatchObject({
      title: 'given',
      vendor: 'annotation',
      url: 'theirs',
      docs: 'theirs',
    })
  })
})

it('the same marks make the same digests', async () => {
  const layouts = [await layoutOf({}), await layoutOf({})]
  for (const layout of layouts) await markLayout(layout, marks)
  const [one, two] = await Promise.all(layouts.map(read))
  expect(one?.root.digest).toBe(two?.root.digest)
})

it('documents of apko name the image by its new digests', async () => {
  const request = await imagesRequest()
  const images = request.images.map(image => ({ ...image, marks }))
  const ports = fakePorts({ processes: { apko: withoutLock(apkoStandIn()) } })
  const [image] = valuesOf(await buildImages({ ...request, images }, ports))
  const digests = [image?.index.digest, ...(image?.platforms.map(({ manifest }) => manifest.digest) ?? [])]
  const index = await readFile(image?.indexSbom ?? '', 'utf8')
  for (const digest of digests) expect(index).toContain(hexOf(digest as Digest))
  const platform = await readFile(image?.platforms[0]?.sbom ?? '', 'utf8')
  expect(platform).toContain(hexOf(digests[1] as Digest))
  expect(digests[0]).toBe(digestOf(await readFile(join(image?.layout ?? '', 'index.json'))))
})
