import { execFile } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitJudges, type KitJudges } from '../../scripts/kit/kit-judges.ts'
import type { Descriptor } from '../../src/domain/image.ts'
import type { Credentials } from '../../src/oci/credentials.ts'
import { blobOf } from '../../src/oci/artifact.ts'
import { parseManifest } from '../../src/oci/manifest.ts'
import { pushImage } from '../../src/oci/push.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { openReferrers, type Attached, type Referrers } from '../../src/oci/referrers.ts'
import { openRepository } from '../../src/oci/registry-client.ts'
import { openClock } from '../../src/platform/clock.ts'
import { openPatience } from '../../src/platform/patience.ts'
import { legacyImage, legacyTag, simpleSigning } from '../../src/sigstore/legacy-form.ts'
import { hasDistributionServer, startDistributionServer } from '../support/e2e/distribution-server.ts'
import { writeLayout } from '../support/image-layout.ts'
import { networkPorts, type NetworkPorts } from '../support/network-ports.ts'
import { artifactOf } from '../support/registry/attach-scene.ts'
import { startRegistry } from '../support/registry/registry.ts'

const octo = { kind: 'password', username: 'octo', password: 'ghs_test' } as const
const users = {
  ghs_test: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages', 'write:packages'] },
} as const
const nobody: Credentials = { kind: 'none' }
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const artifacts = [artifactOf('one'), artifactOf('two'), artifactOf('three')]

const registries = [
  ['a real server without the API', startDistributionServer, nobody, 'tag', hasDistributionServer()],
  ["a stand-in with GHCR's manners", () => startRegistry({ auth: 'ghcr', users }), octo, 'tag', true],
  ['a stand-in with the API', () => startRegistry({ referrers: true }), nobody, 'api', true],
] as const

let judges: KitJudges
let folder: string

beforeAll(async () => {
  judges = await kitJudges(line => console.log(line))
  folder = await mkdtemp(join(tmpdir(), 'giropops-referrers-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(registries)('what is attached in %s', (name, start, credentials, listing, isThere) => {
  let registry: { readonly host: string; close(): Promise<void> }
  let ports: NetworkPorts
  let run: (tool: string, ...args: readonly string[]) => Promise<string>

  beforeAll(async () => {
    if (!isThere) return
    registry = await start()
    ports = networkPorts()
    const home = await mkdtemp(join(folder, 'home-'))
    const auth = Buffer.from(`${octo.username}:${octo.password}`).toString('base64')
    const config = credentials.kind === 'none' ? {} : { auths: { [registry.host]: { auth } } }
    await writeFile(join(home, 'config.json'), JSON.stringify(config))
    const key = join(home, 'cosign')
    const env = { PATH: process.env['PATH'], HOME: home, DOCKER_CONFIG: home, COSIGN_PASSWORD: '' }
    run = async (tool, ...args) => {
      const { stdout, stderr } = await promisify(execFile)(tool, args, { env, cwd: home })
      return stdout + stderr
    }
    await run(judges.cosign, 'generate-key-pair', '--output-key-prefix', key)
    await writeFile(
      join(home, 'services.json'),
      '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}',
    )
  })
  afterAll(async () => {
    await ports?.[Symbol.asyncDispose]()
    await registry?.close()
  })

  /** Pushes an image of its own, and opens what is attached to it. */
  const pushed = async (
    content: string,
  ): Promise<{ subject: Descriptor; open: () => Referrers; image: string }> => {
    await using layout = await writeLayout({ platforms: { amd64: [content] } })
    const repository = parseRepository(`${registry.host}/octo/demo`)
    await pushImage({ repository, credentials, layout: layout.folder, index: layout.index }, ports)
    const image = `${registry.host}/octo/demo@${layout.index.digest}`
    // Waits are real here.
    const clock = openClock()
    const patience = openPatience({ deadline: 60_000, clock, random: Math.random, log: ports.log })
    const open = () => openReferrers({ repository, credentials }, { ...ports, clock, patience })
    return { subject: layout.index, image, open }
  }

  it.skipIf(!isThere)('is listed and read back, and made once', async () => {
    const { subject, open } = await pushed('read back')
    expect(await open().probe(subject.digest)).toBe(listing)
    const attached = await open().attach({ subject, artifacts })
    expect(attached).toMatchObject({ listing, made: 3, losses: 0 })
    expect(new Set(await open().list({ digest: subject.digest }))).toEqual(new Set(attached.entries))
    const read = await Promise.all(attached.entries.map(each => open().read(each)))
    expect(read.map(each => each.blob.toString())).toEqual(artifacts.map(each => each.blob.toString()))
    expect(await open().attach({ subject, artifacts })).toEqual({ ...attached, made: 0 })
  })

  it.skipIf(!isThere)('lives beside what the real cosign attaches', async () => {
    const { subject, image, open } = await pushed('beside cosign')
    const services = ['--signing-config', 'services.json']
    const before = await open().attach({ subject, artifacts })
    await run(judges.cosign, 'sign', '--yes', '--key', 'cosign.key', ...services, image)
    const after = await open().attach({ subject, artifacts: [artifactOf('four')] })
    await run(judges.cosign, 'verify', '--key', 'cosign.pub', '--insecure-ignore-tlog', image)

    const all = await open().list({ digest: subject.digest })
    const theirs = await open().list({ digest: subject.digest, artifactType: bundleType })
    expect(new Set(all)).toEqual(new Set([...before.entries, ...after.entries, ...theirs]))
    expect(theirs).toMatchObject([
      { annotations: { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' } },
    ])
    const tree = await run(judges.cosign, 'tree', image)
    for (const each of all) expect(tree).toContain(each.digest)
  })

  it.skipIf(!isThere)('is all there after six writers at once', async () => {
    const { subject, open } = await pushed('six writers')
    const start = performance.now()
    const ends = await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e', 'f'].map(each =>
        open().attach({ subject, artifacts: [artifactOf(`${each}1`), artifactOf(`${each}2`)] }),
      ),
    )
    const took = Math.round(performance.now() - start)
    const well = ends.flatMap((end): Attached[] => (end.status === 'fulfilled' ? [end.value] : []))
    const listed = await open().list({ digest: subject.digest })
    console.log(
      `${name}: ${well.length} of 6 writers well, ${listed.length} of 12 entries listed, ` +
        `losses repaired: ${well.map(each => each.losses).join(' ')}, ${took} ms`,
    )
    expect(well.length).toBe(6)
    expect(new Set(listed)).toEqual(new Set(well.flatMap(each => each.entries)))
  })

  it.skipIf(!isThere)('is added to the older form, which the older cosign verifies', async () => {
    const { subject, image, open } = await pushed('older form')
    const verify = (key: string) =>
      run(judges.olderCosign, 'verify', '--key', key, '--insecure-ignore-tlog', image)
    await run(judges.olderCosign, 'sign', '--yes', '--key', 'cosign.key', '--tlog-upload=false', image)

    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const bytes = simpleSigning(`${registry.host}/octo/demo`, subject.digest)
    const signature = sign('sha256', bytes, privateKey).toString('base64')
    const { descriptor } = blobOf(bytes, 'application/vnd.dev.cosign.simplesigning.v1+json')
    const annotations = { 'dev.cosignproject.cosign/signature': signature }
    const layers = [{ bytes, descriptor: { ...descriptor, annotations } }]
    const tag = legacyTag(subject.digest)
    await open().putImageTag({ tag, layers, compose: legacyImage })
    await open().putImageTag({ tag, layers, compose: legacyImage })
    const own = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
    await writeFile(join(folder, 'own.pub'), own)
    await verify('cosign.pub')
    await verify(join(folder, 'own.pub'))

    const repository = parseRepository(`${registry.host}/octo/demo`)
    const found = await openRepository({ repository, credentials }, ports).getManifest(tag)
    const kept = parseManifest(found?.bytes ?? Buffer.alloc(0), found?.descriptor.mediaType)
    expect(kept).toMatchObject({ kind: 'manifest', layers: { length: 2 } })
  })
})
