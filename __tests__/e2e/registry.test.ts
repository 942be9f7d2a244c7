import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSource } from '../../src/oci/blob-source.ts'
import { pushImage, type PushRequest } from '../../src/oci/push.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { openRepository } from '../../src/oci/registry-client.ts'
import {
  hasDistributionServer,
  startDistributionServer,
  type DistributionServer,
} from '../support/e2e/distribution-server.ts'
import { writeLayout } from '../support/image-layout.ts'
import { networkPorts } from '../support/network-ports.ts'
import { setTags } from '../support/set-tags.ts'

describe.skipIf(!hasDistributionServer())('a real registry server', () => {
  let server: DistributionServer
  let host: string

  beforeAll(async () => {
    server = await startDistributionServer()
    host = server.host
  })
  afterAll(() => server.close())

  it.each([
    ['in whole blobs', 'whole', {}],
    ['in chunks', 'chunks', { chunkSize: 100_000 }],
  ] as const)('takes an image %s and gives it back', async (_, name, options) => {
    await using layout = await writeLayout({
      platforms: {
        amd64: [Buffer.alloc(1_000_000, 'both'), Buffer.alloc(250_001, 'amd64')],
        arm64: [Buffer.alloc(1_000_000, 'both'), Buffer.alloc(250_001, 'arm64')],
      },
    })
    await using ports = networkPorts({ deadline: 0 })
    const repository = parseRepository(`${host}/octo/${name}`)
    const login = { repository, credentials: { kind: 'none' } } as const
    const request: PushRequest = { ...login, layout: layout.folder, index: layout.index, ...options }
    const blobs = layout.configs.length + layout.layers.length
    expect(await pushImage(request, ports)).toMatchObject({ uploaded: blobs, skipped: 0 })
    expect(await pushImage(request, ports)).toMatchObject({ uploaded: 0, skipped: blobs })

    const client = openRepository(login, ports)
    expect(await client.getManifest('latest')).toBeUndefined()
    await setTags({ ...login, digest: layout.index.digest, tags: ['1.0.0', 'latest'] }, ports)
    expect((await client.getManifest('latest'))?.descriptor).toEqual(layout.index)
    for (const blob of [...layout.configs, ...layout.layers]) expect(await client.hasBlob(blob)).toBe(true)
  })

  it('mounts a blob of another repository', async () => {
    await using layout = await writeLayout()
    await using ports = networkPorts({ deadline: 0 })
    const from = { repository: parseRepository(`${host}/octo/from`), credentials: { kind: 'none' } } as const
    await pushImage({ ...from, layout: layout.folder, index: layout.index }, ports)
    const [layer = layout.index] = layout.layers
    const client = openRepository({ ...from, repository: parseRepository(`${host}/octo/to`) }, ports)
    expect(await client.hasBlob(layer)).toBe(false)
    const source = fileSource(layout.fileOf(layer), layer)
    expect(await client.putBlob(source, { mountFrom: from.repository })).toBe('mounted')
    expect(await client.hasBlob(layer)).toBe(true)
  })
})
