import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSource } from '../../src/oci/blob-source.ts'
import { pushImage, type PushRequest } from '../../src/oci/push.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { openRepository } from '../../src/oci/registry-client.ts'
import { moveTags } from '../../src/oci/tag.ts'
import { writeLayout } from '../support/image-layout.ts'
import { networkPorts } from '../support/network-ports.ts'

/** Debian's package docker-registry: the distribution project's own server. */
const program = 'docker-registry'
const isThere = spawnSync(program, ['--version']).error === undefined
if (!isThere) console.warn(`skipped: there is no ${program} (Debian: apt-get install docker-registry)`)

describe.skipIf(!isThere)('a real registry server', () => {
  let folder: string
  let host: string
  let stop: () => Promise<void>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'giropops-distribution-'))
    host = `127.0.0.1:${await freePort()}`
    const config = {
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: host },
    }
    // JSON is YAML.
    await writeFile(join(folder, 'config.yml'), JSON.stringify(config))
    const server = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
    const ended = new Promise<void>(resolve => server.once('exit', () => resolve()))
    stop = async () => {
      server.kill()
      await ended
    }
    const early = ended.then(() => Promise.reject(new Error(`${program} ended at once`)))
    await Promise.race([answering(`http://${host}/v2/`), early])
    early.catch(() => {})
  })
  afterAll(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })

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
    await moveTags({ ...login, digest: layout.index.digest, tags: ['1.0.0', 'latest'] }, ports)
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await sleep(50)
  }
  throw new Error(`${url} does not answer`)
}
