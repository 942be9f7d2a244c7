import { rm, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Credentials } from '../../../src/oci/credentials.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openRepository } from '../../../src/oci/registry-client.ts'
import { fileSource } from '../../../src/oci/blob-source.ts'
import { pushImage } from '../../../src/oci/push.ts'
import { writeLayout } from '../../support/image-layout.ts'
import { networkPorts } from '../../support/network-ports.ts'
import type { Answer } from '../../support/registry/answer.ts'
import { startRegistry, type RegistryOptions, type RegistryStandIn } from '../../support/registry/registry.ts'
import { moveTags } from '../../../src/oci/tag.ts'
import { setTags } from '../../support/set-tags.ts'

const nobody: Credentials = { kind: 'none' }
const octo: Credentials = { kind: 'password', username: 'octo', password: 'ghs_test' }
const users = {
  ghs_test: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages', 'write:packages'] },
} as const

async function start(options: RegistryOptions = {}): Promise<RegistryStandIn & AsyncDisposable> {
  const registry = await startRegistry(options)
  return { ...registry, [Symbol.asyncDispose]: () => registry.close() }
}

const at = (registry: RegistryStandIn, path = 'octo/demo') => parseRepository(`${registry.host}/${path}`)

describe('a push', () => {
  it.each(['apko', 'spec'] as const)(
    'sends each blob once, then manifests, then the index (%s)',
    async form => {
      await using registry = await start()
      await using layout = await writeLayout({ form })
      await using ports = networkPorts()
      const repository = at(registry)
      const pushed = await pushImage(
        { layout: layout.folder, index: layout.index, repository, credentials: nobody },
        ports,
      )

      const blobs = [...layout.configs, ...layout.layers]
      expect(pushed).toEqual({
        repository,
        digest: layout.index.digest,
        uploaded: blobs.length,
        skipped: 0,
        bytes: blobs.reduce((sum, each) => sum + each.size, 0),
      })
      const puts = registry.journal.filter(each => each.method === 'PUT').map(each => each.path)
      expect(puts.slice(0, blobs.length).every(path => path.includes('/blobs/uploads/'))).toBe(true)
      const later = puts.slice(blobs.length).map(path => path.split('/').at(-1))
      expect(new Set(later.slice(0, -1))).toEqual(new Set(layout.manifests.map(each => each.digest)))
      expect(later.at(-1)).toBe(layout.index.digest)
      expect(registry.manifestOf('octo/demo', layout.index.digest)).toMatchObject({
        mediaType: layout.index.mediaType,
      })
      expect([...registry.tagsOf('octo/demo')]).toEqual([])
      expect(ports.lines.length).toBe(blobs.length)
      expect(ports.lines[0]).toMatch(/^uploaded [0-9a-f]{12}, \d+ B in \d+\.\d s$/)
    },
  )

  it('sends nothing that is there already', async () => {
    await using registry = await start()
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const request = {
      layout: layout.folder,
      index: layout.index,
      repository: at(registry),
      credentials: nobody,
    }
    const first = await pushImage(request, ports)
    ports.lines.length = 0
    expect(await pushImage(request, ports)).toEqual({
      ...first,
      uploaded: 0,
      skipped: first.uploaded,
      bytes: 0,
    })
    expect(ports.lines).toEqual([`${first.uploaded} blobs were there already, ${first.bytes} B`])
    expect(registry.journal.filter(each => each.method === 'POST').length).toBe(first.uploaded)
  })

  it('asks for one token, and sends the login nowhere else', async () => {
    await using registry = await start({ auth: 'ghcr', users })
    await using layout = await writeLayout()
    await using ports = networkPorts()
    await pushImage(
      { layout: layout.folder, index: layout.index, repository: at(registry), credentials: octo },
      ports,
    )
    const asked = registry.journal.filter(each => each.path.startsWith('/token'))
    expect(asked).toMatchObject([{ method: 'GET', login: 'basic', status: 200 }])
    const others = registry.journal.filter(each => !each.path.startsWith('/token'))
    expect(new Set(others.map(each => each.login))).toEqual(new Set([undefined, 'bearer']))
    expect(ports.masked.length).toBe(1)
  })

  it('works with a login by Basic', async () => {
    await using registry = await start({ auth: 'basic', users })
    await using layout = await writeLayout()
    await using ports = networkPorts()
    await pushImage(
      { layout: layout.folder, index: layout.index, repository: at(registry), credentials: octo },
      ports,
    )
    expect(registry.manifestOf('octo/demo', layout.index.digest)).toBeDefined()
  })

  it.each([undefined, 5])('renews a token that ends amid an upload (chunks of %s)', async chunkSize => {
    await using registry = await start({ auth: 'ghcr', users })
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const forget = (answer: Answer): Answer => {
      registry.forgetTokens()
      return answer
    }
    registry.breakWith({ match: /^POST/, times: 2, action: { kind: 'rewrite', change: forget } })
    const request = {
      layout: layout.folder,
      index: layout.index,
      repository: at(registry),
      credentials: octo,
    }
    await pushImage({ ...request, ...(chunkSize === undefined ? {} : { chunkSize }) }, ports)
    expect(registry.manifestOf('octo/demo', layout.index.digest)).toBeDefined()
    expect(ports.waits).toEqual([])
    expect(registry.journal.filter(each => each.path.startsWith('/token')).length).toBeGreaterThan(1)
  })

  it('goes over to smaller requests when the registry finds them too large', async () => {
    await using registry = await start({ maxBody: 300_000 })
    await using layout = await writeLayout({ platforms: { amd64: [Buffer.alloc(1_500_000, 'layer')] } })
    await using ports = networkPorts()
    await pushImage(
      { layout: layout.folder, index: layout.index, repository: at(registry), credentials: nobody },
      ports,
    )
    const parts = registry.journal.filter(each => each.method === 'PATCH' && each.status === 202)
    expect(parts.map(each => each.bytes)).toEqual(Array.from({ length: 8 }, () => 187_500))
  })

  it('finds an incomplete layout before anything is sent', async () => {
    await using registry = await start()
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const [layer = layout.index] = layout.layers
    await rm(layout.fileOf(layer))
    await expect(
      pushImage(
        { layout: layout.folder, index: layout.index, repository: at(registry), credentials: nobody },
        ports,
      ),
    ).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining(layout.fileOf(layer)),
    })
    expect(registry.journal).toEqual([])
  })

  it.each([undefined, 5])('does not push a layer that changed on disk (chunks of %s)', async chunkSize => {
    await using registry = await start()
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const [layer = layout.index] = layout.layers
    await writeFile(layout.fileOf(layer), 'x'.repeat(layer.size))
    await expect(
      pushImage(
        {
          layout: layout.folder,
          index: layout.index,
          repository: at(registry),
          credentials: nobody,
          ...(chunkSize === undefined ? {} : { chunkSize }),
        },
        ports,
      ),
    ).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining('it was changed while it was pushed'),
    })
    expect(registry.hasBlob('octo/demo', layer.digest)).toBe(false)
    expect(registry.manifestOf('octo/demo', layout.index.digest)).toBeUndefined()
  })
})

describe('tags', () => {
  it('are set in their order, after the digest is there', async () => {
    await using registry = await start()
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const repository = at(registry)
    const request = {
      repository,
      credentials: nobody,
      digest: layout.index.digest,
      tags: ['1.0.0', 'latest'],
    }
    await expect(setTags(request, ports)).rejects.toMatchObject({
      code: 'REGISTRY_MISMATCH',
      message: expect.stringContaining(`does not have ${layout.index.digest}`),
    })
    expect([...registry.tagsOf('octo/demo')]).toEqual([])

    await pushImage({ layout: layout.folder, index: layout.index, repository, credentials: nobody }, ports)
    await setTags(request, ports)
    expect([...registry.tagsOf('octo/demo')]).toEqual([
      ['1.0.0', layout.index.digest],
      ['latest', layout.index.digest],
    ])
    expect(ports.lines.at(-1)).toBe(`${registry.host}/octo/demo:latest is ${layout.index.digest}`)
  })

  it('that were set before one failed stay, and the next run sets the rest', async () => {
    await using registry = await start()
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const repository = at(registry)
    await pushImage({ layout: layout.folder, index: layout.index, repository, credentials: nobody }, ports)
    registry.breakWith({ match: /PUT .*manifests\/two/, action: { kind: 'answer', status: 400 } })
    const request = {
      repository,
      credentials: nobody,
      digest: layout.index.digest,
      tags: ['one', 'two', 'three', '1.0.0'],
    }
    await expect(setTags(request, ports)).rejects.toMatchObject({ code: 'REGISTRY_FAILED' })
    expect(registry.tagsOf('octo/demo').has('1.0.0')).toBe(true)
    expect(registry.tagsOf('octo/demo').has('two')).toBe(false)
    expect(await setTags(request, ports)).toEqual({ named: request.tags, left: [] })
    expect([...registry.tagsOf('octo/demo').keys()].sort()).toEqual(['1.0.0', 'one', 'three', 'two'])
  })
})

describe('tags in two registries', () => {
  const scene = async (ports: ReturnType<typeof networkPorts>, registries: readonly RegistryStandIn[]) => {
    await using layout = await writeLayout()
    const { folder, index } = layout
    const places = registries.map(registry => ({ repository: at(registry), credentials: nobody }))
    for (const place of places) await pushImage({ layout: folder, index, ...place }, ports)
    const requests = places.map(place => ({ ...place, digest: index.digest, tags: ['latest', '1.0.0'] }))
    return moveTags(requests, { allowRetag: false }, ports)
  }
  const tagPuts = ({ journal }: RegistryStandIn) =>
    journal.filter(({ method, path }) => method === 'PUT' && /manifests\/(latest|1\.0\.0)$/.test(path))

  it('are left where a full version cannot be set in the other', async () => {
    await using one = await start()
    await using other = await start()
    await using ports = networkPorts()
    const [look, put] = [/^GET .*manifests\/1\.0\.0/, /^PUT .*manifests\/1\.0\.0/]
    // So slow that the first registry has its full version long before.
    other.breakWith({ match: look, times: 2, action: { kind: 'delay', milliseconds: 300 } })
    other.breakWith({ match: put, times: 9, action: { kind: 'answer', status: 400 } })
    const outcomes = await scene(ports, [one, other])
    expect(outcomes).toMatchObject([
      { value: { named: ['1.0.0'], left: [] } },
      { failures: [{ code: 'REGISTRY_FAILED' }] },
    ])
    expect([...one.tagsOf('octo/demo').keys()]).toEqual(['1.0.0'])
    expect([...other.tagsOf('octo/demo').keys()]).toEqual([])
    const unset = [one, other].map(
      ({ host }) =>
        `warning: ${host}/octo/demo:latest is not set, since a full version of this run could not be set`,
    )
    expect(ports.lines.filter(line => line.startsWith('warning'))).toEqual(unset)
  })

  it('are set when the full versions are shown in both', async () => {
    await using one = await start()
    await using other = await start()
    await using ports = networkPorts()
    expect(await scene(ports, [one, other])).toEqual(
      [0, 1].map(() => ({ value: { named: ['latest', '1.0.0'], left: [] } })),
    )
    for (const registry of [one, other])
      expect(tagPuts(registry).map(({ path }) => path.split('/').at(-1))).toEqual(['1.0.0', 'latest'])
  })
})

describe('a repository', () => {
  it('takes a blob over from another', async () => {
    await using registry = await start({ auth: 'ghcr', users })
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const [layer = layout.index] = layout.layers
    const source = fileSource(layout.fileOf(layer), layer)
    const base = openRepository({ repository: at(registry, 'octo/base'), credentials: octo }, ports)
    const demo = openRepository({ repository: at(registry), credentials: octo }, ports)
    const mountFrom = at(registry, 'octo/base')
    expect(await demo.putBlob(source, { mountFrom: at(registry, 'octo/none') })).toBe('uploaded')
    expect(await base.putBlob(source)).toBe('uploaded')
    const other = openRepository({ repository: at(registry, 'octo/other'), credentials: octo }, ports)
    expect(await other.putBlob(source, { mountFrom })).toBe('mounted')
    expect(await other.hasBlob(layer)).toBe(true)
  })

  it('answers a manifest by tag and digest, or that there is none', async () => {
    await using registry = await start()
    await using layout = await writeLayout()
    await using ports = networkPorts()
    const repository = openRepository({ repository: at(registry), credentials: nobody }, ports)
    expect(await repository.getManifest('latest')).toBeUndefined()
    await pushImage(
      { layout: layout.folder, index: layout.index, repository: at(registry), credentials: nobody },
      ports,
    )
    const byDigest = await repository.getManifest(layout.index.digest)
    expect(byDigest?.descriptor).toEqual(layout.index)
    await repository.putTag('latest', byDigest ?? { descriptor: layout.index, bytes: Buffer.alloc(0) })
    expect(await repository.getManifest('latest')).toEqual(byDigest)
  })
})
