import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitJudges, type KitJudges } from '../../scripts/kit/kit-judges.ts'
import { startRealSigstore } from '../../scripts/kit/kit-sigstore.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'
import { signByHand } from '../support/sigstore/by-hand.ts'
import { oid } from '../support/sigstore/der.ts'
import { partOf, readElement, readElements } from '../support/sigstore/der-reader.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'

const log = (line: string): void => console.log(line)
let judges: KitJudges

beforeAll(async () => {
  judges = await kitJudges(log)
})

const kinds: readonly (readonly [string, (folder: string) => Promise<Sigstore>])[] = [
  ['the stand-in', () => startSigstore()],
  ['the real servers', folder => startRealSigstore(join(folder, 'servers'), log)],
]

describe.each(kinds)('what the real cosign signs with %s', (_, start) => {
  let folder: string
  let sigstore: Sigstore
  let registry: RegistryStandIn
  let trust: readonly string[]
  let identity: readonly string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sigstore-test-'))
    sigstore = await start(folder)
    registry = await startRegistry({ referrers: true })
    trust = ['--trusted-root', await write('trusted_root.json', sigstore.trustedRoot())]
    const { subject, issuer } = sigstore.identity()
    identity = ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer]
  })

  afterAll(async () => {
    await sigstore.close()
    await registry.close()
    await rm(folder, { recursive: true, force: true })
  })

  const write = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  const signing = async (rekor: 1 | 2): Promise<readonly string[]> => {
    const config = await write(`signing_config_${rekor}.json`, sigstore.signingConfig(rekor))
    return ['--yes', '--signing-config', config, ...trust]
  }

  /** Whether it exits with 0, and what it prints; the environment is that of a GitHub job and nothing more. */
  const run = async (tool: string, ...args: readonly string[]): Promise<{ ok: boolean; output: string }> => {
    const env = { PATH: process.env['PATH'], HOME: folder, GITHUB_ACTIONS: 'true', ...sigstore.env }
    try {
      const { stdout, stderr } = await promisify(execFile)(tool, args, { env })
      return { ok: true, output: stdout + stderr }
    } catch (failed) {
      const { stdout, stderr } = failed as { stdout: string; stderr: string }
      return { ok: false, output: stdout + stderr }
    }
  }

  const passes = { ok: true }
  const fails = (reason: string) => ({ ok: false, output: expect.stringContaining(reason) })

  describe.each([1, 2] as const)('and Rekor v%i', rekor => {
    it('is verified: a file', async () => {
      const [path, changed] = [await write('file', 'text'), await write('changed', 'texT')]
      const bundle = ['--bundle', join(folder, `file-${rekor}.json`)]
      expect(await run(judges.cosign, 'sign-blob', ...(await signing(rekor)), ...bundle, path)).toMatchObject(
        passes,
      )
      const verify = (...args: readonly string[]) =>
        run(judges.cosign, 'verify-blob', ...trust, ...bundle, ...args)
      expect(await verify(...identity, path)).toMatchObject(passes)
      expect(await verify(...identity, changed)).toMatchObject(fails('failed to verify signature'))
      expect(await verify(...withOther('subject'), path)).toMatchObject(fails('expected SAN value'))
      expect(await verify(...withOther('issuer'), path)).toMatchObject(fails('expected issuer value'))
    })

    it('is verified: an image', async () => {
      const [image, other] = [await pushImage(`image ${rekor}`), await pushImage(`other ${rekor}`)]
      expect(await run(judges.cosign, 'sign', ...(await signing(rekor)), image)).toMatchObject(passes)
      const verify = (...args: readonly string[]) => run(judges.cosign, 'verify', ...trust, ...args)
      expect(await verify(...identity, image)).toMatchObject(passes)
      expect(await verify(...identity, other)).toMatchObject(fails('no signatures found'))
      expect(await verify(...withOther('subject'), image)).toMatchObject(fails('expected SAN value'))
      expect(await verify(...withOther('issuer'), image)).toMatchObject(fails('expected issuer value'))
    })

    it('is verified: an attestation', async () => {
      const image = await pushImage(`attested ${rekor}`)
      const predicate = [
        '--type',
        'spdxjson',
        '--predicate',
        await write('sbom.json', { spdxVersion: 'SPDX-2.3' }),
      ]
      const attest = [...(await signing(rekor)), ...predicate, image]
      expect(await run(judges.cosign, 'attest', ...attest)).toMatchObject(passes)
      const verify = (type: string) =>
        run(judges.cosign, 'verify-attestation', ...trust, ...identity, '--type', type, image)
      expect(await verify('spdxjson')).toMatchObject(passes)
      expect(await verify('slsaprovenance1')).toMatchObject(fails('none of the attestations matched'))
    })
  })

  it('is verified by cosigns of both generations: an image with the tag of the older', async () => {
    const [image, other] = [await pushImage('legacy'), await pushImage('not signed')]
    const { fulcio, rekor } = sigstore.urls
    const older = ['--use-signing-config=false', '--new-bundle-format=false']
    const services = ['--fulcio-url', fulcio, '--rekor-url', rekor]
    expect(await run(judges.cosign, 'sign', '--yes', ...older, ...services, ...trust, image)).toMatchObject(
      passes,
    )
    for (const cosign of [judges.cosign, judges.olderCosign]) {
      expect(await run(cosign, 'verify', ...trust, ...identity, image)).toMatchObject(passes)
      expect(await run(cosign, 'verify', ...trust, ...identity, other)).toMatchObject(
        fails('no signatures found'),
      )
    }
  })

  function withOther(part: 'subject' | 'issuer'): readonly string[] {
    return identity.map((word, at) => (at === (part === 'subject' ? 1 : 3) ? 'https://example.org' : word))
  }

  /** An image without layers that has this author, by digest. */
  async function pushImage(author: string): Promise<string> {
    const repository = `http://${registry.host}/v2/acme/images`
    const config = Buffer.from(JSON.stringify({ author, os: 'linux', architecture: 'amd64', rootfs: {} }))
    const started = await fetch(`${repository}/blobs/uploads/`, { method: 'POST' })
    const upload = new URL(started.headers.get('location') ?? '', repository)
    upload.searchParams.set('digest', digestOf(config))
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: digestOf(config),
          size: config.length,
        },
        layers: [],
      }),
    )
    const puts = [
      await fetch(upload, { method: 'PUT', body: config }),
      await fetch(`${repository}/manifests/${digestOf(manifest)}`, {
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: manifest,
      }),
    ]
    expect(puts.map(put => put.status)).toEqual([201, 201])
    return `${registry.host}/acme/images@${digestOf(manifest)}`
  }
})

it('is certified by Fulcio and by the stand-in with the same facts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sigstore-test-'))
  try {
    await using real = await startRealSigstore(folder, log)
    await using own = await startSigstore()
    const [facts, wanted] = [await factsOf(own), await factsOf(real)]
    expect(facts).toEqual(wanted)
    expect(Object.keys(facts)).toHaveLength(22)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** Fulcio's own extensions of a certificate, by the hex of their ids, without the address of the issuer. */
async function factsOf(sigstore: Sigstore): Promise<Readonly<Record<string, string>>> {
  const { certificate } = await signByHand(sigstore, Buffer.from('{}'))
  const fields = readElements(partOf(readElement(certificate.raw), 0).content)
  const extensions = readElement(fields.at(-1)?.content ?? Buffer.alloc(0))
  const facts = readElements(extensions.content).map(each => {
    const value = readElements(each.content).at(-1)?.content.toString() ?? ''
    return [partOf(each, 0).raw.toString('hex'), value.replace(sigstore.identity().issuer, '')] as const
  })
  const own = oid('1.3.6.1.4.1.57264.1').subarray(2).toString('hex')
  return Object.fromEntries(facts.filter(([id]) => id.includes(own)))
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
