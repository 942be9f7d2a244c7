import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildImages } from '../../../src/apko/build-images.ts'
import { parseSpdx } from '../../../src/apko/spdx.ts'
import { digestOf } from '../../../src/domain/digest.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'
import { spdxProblems } from '../../unit/apko/spdx-problems.ts'
import { apkoStandIn, withoutLock } from './apko-stand-in.ts'
import { valuesOf } from './built-images.ts'
import { imagesRequest, type RequestPlan } from './images-request.ts'

async function build(plan: RequestPlan = {}, apko: Answer = apkoStandIn()) {
  const request = await imagesRequest(plan)
  const ports = fakePorts({ processes: { apko: withoutLock(apko) } })
  return { request, ports, images: valuesOf(await buildImages(request, ports)) }
}

describe('an image', () => {
  it('is built into its folder of the output and read back', async () => {
    const { images, request } = await build()
    const folder = join(request.output, 'images/apko')
    const index = await readFile(join(folder, 'layout/index.json'))
    expect(images).toMatchObject([
      {
        name: 'apko',
        config: 'apko.yaml',
        layout: join(folder, 'layout'),
        index: { digest: digestOf(index), size: index.length },
        indexSbom: join(folder, 'sbom/sbom-index.spdx.json'),
        platforms: [
          {
            platform: 'linux/amd64',
            arch: 'amd64',
            sbom: join(folder, 'sbom/sbom-x86_64.spdx.json'),
            installed: ['alpine-baselayout-data-3.7.0-r0', 'busybox-1.35.0-r4', 'hello-1.0.0-r0'],
            apks: [
              {
                name: 'alpine-baselayout-data',
                version: '3.7.0-r0',
                arch: 'x86_64',
                checksum: 'Q1bhRykBJ1xQvdwJZ299QF28bZu0M=',
                distribution: 'fixture',
              },
              { name: 'busybox', version: '1.35.0-r4', checksum: 'Q1UUR+7DKpzd175e38tWJNiYf0vLc=' },
              { name: 'hello', version: '1.0.0-r0' },
            ],
            addedToSbom: ['alpine-baselayout-data-3.7.0-r0', 'busybox-1.35.0-r4'],
          },
          { platform: 'linux/arm64', arch: 'arm64', sbom: join(folder, 'sbom/sbom-aarch64.spdx.json') },
        ],
      },
    ])
    expect((await readdir(join(folder, 'sbom'))).sort()).toEqual([
      'sbom-aarch64.spdx.json',
      'sbom-index.spdx.json',
      'sbom-x86_64.spdx.json',
    ])
  })

  it('counts the bytes of configuration and layers', async () => {
    const { images } = await build({ archs: ['x86_64'] })
    const [image] = images
    const [platform] = image?.platforms ?? []
    const blobs = await readdir(join(image?.layout ?? '', 'blobs/sha256'))
    const sizes = await Promise.all(
      blobs.map(async name => (await readFile(join(image?.layout ?? '', 'blobs/sha256', name))).length),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    expect(platform?.size).toBe(total - (platform?.manifest.size ?? 0))
  })

  it('has an SBOM that lists what apko left out', async () => {
    const { images } = await build()
    const text = await readFile(images[0]?.platforms[0]?.sbom ?? '', 'utf8')
    expect(text).toContain('pkg:apk/fixture/busybox@1.35.0-r4?arch=x86_64\\u0026distro=fixture-12.0')
  })

  it.each([
    ['two platforms', { archs: ['x86_64', 'aarch64'] }, {}],
    ['one platform', { archs: ['x86_64'] }, {}],
    ['two platforms, of which apko says nothing', {}, { withIndexSbom: false }],
  ])('has an SBOM of the index that lists the packages of %s', async (_, plan, standIn) => {
    const { images } = await build(plan, apkoStandIn(standIn))
    const [image] = images
    const document = parseSpdx(await readFile(image?.indexSbom ?? '', 'utf8'), 'index')
    expect(spdxProblems(document)).toEqual([])
    const from = (id: string | undefined) =>
      document.relationships.filter(each => each.spdxElementId === id).map(each => each.relatedSpdxElement)
    const named = (id: string) => document.packages.find(({ SPDXID }) => SPDXID === id)
    const ofIndex = new Set(from(document.documentDescribes?.[0]))
    expect([...ofIndex].map(id => named(id)?.name)).toEqual(
      image?.platforms.map(({ manifest }) => manifest.digest),
    )
    for (const [at, id] of [...ofIndex].entries()) {
      const contained = from(id).map(each => `${named(each)?.name}-${named(each)?.versionInfo}`)
      expect(contained).toEqual(expect.arrayContaining([...(image?.platforms[at]?.installed ?? ['none'])]))
    }
  })

  it('knows the checksums of its packages where it does not know the distribution', async () => {
    const { images } = await build({ archs: ['x86_64'] }, apkoStandIn({ osRelease: 'NAME=x\n' }))
    const [first] = images[0]?.platforms[0]?.apks ?? []
    expect(first).toEqual({
      name: 'alpine-baselayout-data',
      version: '3.7.0-r0',
      arch: 'x86_64',
      checksum: 'Q1bhRykBJ1xQvdwJZ299QF28bZu0M=',
    })
  })

  it('replaces an older one whole', async () => {
    const request = await imagesRequest()
    const older = join(request.output, 'images/apko/layout')
    await mkdir(older, { recursive: true })
    await writeFile(join(older, 'older'), '')
    await buildImages(request, fakePorts({ processes: { apko: withoutLock(apkoStandIn()) } }))
    expect((await readdir(older)).sort()).toEqual(['blobs', 'index.json', 'oci-layout'])
    expect(await readdir(join(request.output, 'images'))).toEqual(['apko'])
    expect(await readdir(request.scratch)).toEqual([])
  })

  it('shows the lines of apko in a track, and what the SBOM lacked', async () => {
    const { ports } = await build({ archs: ['x86_64'] })
    expect(ports.lines).toEqual([
      expect.stringContaining('notice: apko 1.2.31 cannot lock: the public key'),
      '> apko apko',
      '2026/11/24 07:48:52 INFO built index',
      'apko linux/amd64: 3 packages in the SBOM, 2 of them added by us',
    ])
  })
})

describe('apko', () => {
  it('runs in a copy of the workspace that has the packages of the run, with its own temporary folder', async () => {
    const seen: string[] = []
    const { ports, request } = await build({ sourceDateEpoch: 1_700_000_000 }, async command => {
      seen.push(
        ...(await readdir(command.cwd ?? '')),
        await readFile(join(command.cwd ?? '', 'packages/melange.rsa.pub'), 'utf8'),
      )
      return apkoStandIn()(command)
    })
    expect(seen.sort()).toEqual(['apko.yaml', 'giropops-keys', 'key', 'packages'])
    const command = ports.commands.find(({ args }) => args[0] === 'build')
    expect(command?.tool).toBe('/tools/apko')
    expect(command?.env).toEqual({
      TMPDIR: expect.stringContaining(request.scratch),
      SOURCE_DATE_EPOCH: '1700000000',
    })
  })

  it('leaves nothing of this run in a cache that is kept', async () => {
    const cacheDir = (await imagesRequest()).output
    await build({ options: { cacheDir } }, async command => {
      const url = `file://${command.cwd}/packages`
      await mkdir(join(cacheDir, encodeURIComponent(url)))
      await mkdir(join(cacheDir, encodeURIComponent('https://apk.example/main')))
      return apkoStandIn()(command)
    })
    expect(await readdir(cacheDir)).toEqual(['https%3A%2F%2Fapk.example%2Fmain'])
  })
})
