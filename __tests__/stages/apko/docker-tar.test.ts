import { createReadStream } from 'node:fs'
import { readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { readImage } from '../../../src/apko/read-image.ts'
import { writeDockerTar } from '../../../src/apko/docker-tar.ts'
import { architectures, findArchitecture } from '../../../src/domain/architecture.ts'
import { digestOf, hexOf } from '../../../src/domain/digest.ts'
import { fillLayout } from './apko-layout.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Item {
  readonly Config: string
  readonly RepoTags: readonly string[]
  readonly Layers: readonly string[]
}

const host = (name: string) => findArchitecture(name) ?? expect.fail()

async function built(archs: readonly string[]) {
  const layout = await temporaryFolder()
  const shared = { 'etc/shared': 'in both' }
  await fillLayout(layout, Object.fromEntries(archs.map(arch => [arch, [shared, { 'bin/a': arch }]])))
  const { platforms } = await readImage(
    layout,
    architectures.filter(({ apk }) => archs.includes(apk)),
  )
  const images = platforms.map(({ architecture, descriptor, size }) => ({
    platform: architecture.platform,
    arch: architecture.name,
    manifest: descriptor,
    size,
    sbom: '',
    installed: [],
    apks: [],
    addedToSbom: [],
  }))
  return { layout, platforms: images }
}

async function unpack(file: string): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>()
  const tar = extract()
  createReadStream(file).pipe(tar)
  for await (const entry of tar) entries.set(entry.header.name, await buffer(entry))
  return entries
}

async function tarOfImage(
  archs: readonly string[],
  hostName: string,
  tags = ['ghcr.io/o/a:1', 'ghcr.io/o/a:latest'],
) {
  const image = await built(archs)
  const folder = await temporaryFolder()
  const file = join(folder, 'deep/apko.tar')
  await writeDockerTar({ image, tags, host: host(hostName), file })
  const entries = await unpack(file)
  const manifest: readonly Item[] = JSON.parse(entries.get('manifest.json')?.toString() ?? '')
  return { image, file, entries, manifest, folder }
}

describe('a docker tar', () => {
  it('has each platform under its own names, the host under the plain ones too', async () => {
    const { manifest } = await tarOfImage(['x86_64', 'aarch64', 'armv7'], 'arm64')
    expect(manifest.map(({ RepoTags }) => RepoTags)).toEqual([
      ['ghcr.io/o/a:1-amd64', 'ghcr.io/o/a:latest-amd64'],
      ['ghcr.io/o/a:1', 'ghcr.io/o/a:1-arm64', 'ghcr.io/o/a:latest', 'ghcr.io/o/a:latest-arm64'],
      ['ghcr.io/o/a:1-armv7', 'ghcr.io/o/a:latest-armv7'],
    ])
  })

  it.each([
    ['the only platform is not the host', ['aarch64'], 'amd64', ['a:1', 'a:1-arm64']],
    ['none of several is the host', ['aarch64', 'armv7'], 'amd64', ['a:1-arm64', 'a:1-armv7']],
  ])('has plain names when %s', async (_, archs, hostName, names) => {
    const { manifest } = await tarOfImage(archs, hostName, ['a:1'])
    expect(manifest.flatMap(({ RepoTags }) => RepoTags)).toEqual(names)
  })

  it('holds the blobs as they are, shared ones once', async () => {
    const { image, entries, manifest } = await tarOfImage(['x86_64', 'aarch64'], 'amd64')
    const blobs = join(image.layout, 'blobs/sha256')
    for (const { Config, Layers } of manifest) {
      expect(Layers).toHaveLength(2)
      for (const name of [Config, ...Layers]) {
        const bytes = entries.get(name) ?? ''
        expect(name.split('.')[0]).toBe(hexOf(digestOf(bytes)))
      }
    }
    const manifests = image.platforms.map(({ manifest: { digest } }) => hexOf(digest))
    expect(entries.size - 1).toBe((await readdir(blobs)).length - manifests.length)
  })

  it('is the same bytes every time, and replaces an older one', async () => {
    const { image, file, folder } = await tarOfImage(['x86_64', 'aarch64'], 'amd64', ['a:1'])
    const first = digestOf(await readFile(file))
    await writeDockerTar({ image, tags: ['a:1'], host: host('amd64'), file })
    expect(digestOf(await readFile(file))).toBe(first)
    expect(await readdir(join(folder, 'deep'))).toEqual(['apko.tar'])
  })

  it('leaves nothing when a layer is missing', async () => {
    const image = await built(['x86_64'])
    const elsewhere = await temporaryFolder()
    const folder = await temporaryFolder()
    const request = { tags: ['a:1'], host: host('amd64'), file: join(folder, 'a.tar') }
    await expect(
      writeDockerTar({ image: { ...image, layout: elsewhere }, ...request }),
    ).rejects.toMatchObject({ code: 'LAYOUT_INVALID' })
    expect(await readdir(folder)).toEqual([])
  })

  it('tells a full disk', async () => {
    const image = await built(['x86_64'])
    const folder = await temporaryFolder()
    const file = join(folder, 'a.tar')
    await symlink('/dev/full', `${file}.partial`)
    await expect(writeDockerTar({ image, tags: ['a:1'], host: host('amd64'), file })).rejects.toMatchObject({
      code: 'DISK_FULL',
    })
    expect(await readdir(folder)).toEqual([])
  })
})
