import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitJudges, type KitJudges } from '../../scripts/kit/kit-judges.ts'
import { startRealSigstore } from '../../scripts/kit/kit-sigstore.ts'
import type { Digest } from '../../src/domain/digest.ts'
import { parseRepository } from '../../src/oci/reference.ts'
import { openReferrers } from '../../src/oci/referrers.ts'
import { openRepository } from '../../src/oci/registry-client.ts'
import { bundleType } from '../../src/domain/attestation-type.ts'
import { startGithub } from '../platform/sigstore-room/github-stand-in.ts'
import { openCosign, type Verdict } from '../support/e2e/cosign.ts'
import { hasDistributionServer, startDistributionServer } from '../support/e2e/distribution-server.ts'
import { usePrivateSigstore } from '../support/e2e/private-sigstore.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { networkPorts } from '../support/network-ports.ts'
import { refused } from '../support/registry/answer.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'

const log = (line: string): void => console.error(line)
const token = 'ghs_e2eTokenOfTheJob0123456789'
const repository = 'octo/senhas'
const users = { [token]: { login: 'octo', repository, scopes: ['read:packages', 'write:packages'] } } as const

let workshop: Workshop
let judges: KitJudges
beforeAll(async () => {
  workshop = await openWorkshop()
  judges = await kitJudges(log)
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

type Cosign = (...args: readonly string[]) => Promise<Verdict>

/** A job that builds a small image, with a Sigstore and a registry. */
interface Scene extends AsyncDisposable {
  readonly sigstore: Sigstore
  readonly registry: RegistryStandIn
  readonly job: Job
  readonly cosign: Cosign
  readonly olderCosign: Cosign
  /** Arguments that name the trusted root and our identity. */
  readonly identity: readonly string[]
  readonly root: readonly string[]
  build(inputs?: Record<string, string>, env?: Record<string, string>): Promise<StepResult>
  sign(inputs: Record<string, string>): Promise<StepResult>
}

interface SceneOptions {
  readonly real?: boolean
  readonly rekor?: 1 | 2
  readonly referrers?: boolean
}

async function openScene({ real = false, rekor = 1, referrers = false }: SceneOptions): Promise<Scene> {
  const ended = new AsyncDisposableStack()
  const folder = join(workshop.folder, `scene-${Math.random().toString(36).slice(2)}`)
  const sigstore = ended.use(
    real ? await startRealSigstore(join(folder, 'servers'), log) : await startSigstore(),
  )
  const registry = ended.adopt(await startRegistry({ auth: 'ghcr', users, referrers }), each => each.close())
  const job = ended.use(await startJob({ ...sigstore.env }))
  const { inputs: services, root, identity } = await usePrivateSigstore(sigstore, job.workspace, rekor)
  await writeFile(
    join(job.workspace, 'apko.yaml'),
    'contents:\n  packages:\n    - busybox\n    - alpine-baselayout-data\ncmd: /bin/sh\n',
  )
  const login = { host: registry.host, username: 'octo', password: token }
  const {
    'build-repository-append': distribution = '',
    'keyring-append': key = '',
    ...tools
  } = workshop.inputs('1.2.31', '0.56.5')
  const common = { username: 'octo', token, deadline: '5s', ...services }
  return {
    sigstore,
    registry,
    job,
    cosign: await openCosign({ program: judges.cosign, folder: join(folder, 'cosign'), login }),
    olderCosign: await openCosign({ program: judges.olderCosign, folder: join(folder, 'older'), login }),
    identity,
    root,
    build: (inputs, env = {}) =>
      job.step('image', {
        env,
        inputs: {
          ...Object.fromEntries(
            Object.entries(tools).filter(([name]) => /^(apko-v|apko-s|tools|scan$)/.test(name)),
          ),
          ...common,
          'repository-append': distribution,
          'keyring-append': key,
          'source-date-epoch': '1735689600',
          platforms: 'amd64, arm64',
          image: `${registry.host}/${repository}`,
          tags: '1.0.0',
          ...inputs,
        },
      }),
    sign: inputs => job.step('sign', { inputs: { ...common, ...inputs } }),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}

const passes = { ok: true }

describe.each<[string, SceneOptions]>([
  ['our Sigstore, Rekor v1, GHCR', { rekor: 1 }],
  ['our Sigstore, Rekor v2, a registry with the referrers API', { rekor: 2, referrers: true }],
  ['the real Fulcio, Rekor v2 and TSA, GHCR', { real: true, rekor: 2 }],
])('keyless: %s', (_title, options) => {
  let scene: Scene
  let built: StepResult
  let references: string[]

  beforeAll(async () => {
    scene = await openScene(options)
    built = await scene.build()
    const platforms = ['amd64', 'arm64'].map(arch => built.outputs[`digest-${arch}`] ?? '')
    references = [built.outputs['digest'] ?? '', ...platforms].map(
      digest => `${scene.registry.host}/${repository}@${digest}`,
    )
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  it('is built, signed and then tagged', () => {
    expect([built.code, built.code === 0 ? '' : built.log]).toEqual([0, ''])
    expect(scene.registry.tagsOf(repository).get('1.0.0')).toBe(built.outputs['digest'])
    expect(built.outputs['bundle-paths']?.split('\n')).toHaveLength(9)
  })

  it('is verified by cosign 3: index and platforms, signature, SBOM and provenance', async () => {
    const { cosign, identity, root } = scene
    for (const reference of references) {
      expect(await cosign('verify', ...root, ...identity, reference)).toMatchObject(passes)
      for (const type of ['spdxjson', 'slsaprovenance1']) {
        const verdict = await cosign('verify-attestation', ...root, ...identity, '--type', type, reference)
        expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
      }
    }
  })

  it('is refused for another identity, another issuer, another type and an unsigned digest', async () => {
    const { cosign, identity, root, registry } = scene
    const [index = ''] = references
    const [, subject = '', , issuer = ''] = identity
    const other = (...who: string[]) => cosign('verify', ...root, ...who, index)
    expect(
      await other('--certificate-identity', `${subject}x`, '--certificate-oidc-issuer', issuer),
    ).toMatchObject({ ok: false })
    expect(
      await other('--certificate-identity', subject, '--certificate-oidc-issuer', 'https://other.example'),
    ).toMatchObject({ ok: false })
    expect(await cosign('verify-attestation', ...root, ...identity, '--type', 'vuln', index)).toMatchObject({
      ok: false,
    })
    const unsigned = `${registry.host}/${repository}@sha256:${'0'.repeat(64)}`
    expect(await cosign('verify', ...root, ...identity, unsigned)).toMatchObject({ ok: false })
  })

  it('makes nothing twice when it is run again', async () => {
    const written = () =>
      scene.sigstore.journal.all.filter(
        ({ method, service }) => method === 'POST' && /rekor|tsa/.test(service),
      ).length
    const before = written()
    const again = await scene.build()
    expect(before).toBeGreaterThanOrEqual(9)
    expect([again.code, again.outputs['digest'], written()]).toEqual([0, built.outputs['digest'], before])
    expect(again.log).toContain('to be signed: 0 of images')
    expect(again.outputs['bundle-paths'] ?? '').toBe('')
  })

  it('keeps the identity token out of the log', () => {
    const secrets = [token, scene.sigstore.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN]
    for (const secret of secrets) expect(built.log).not.toContain(secret)
    expect(built.log).not.toMatch(/eyJ[\w-]+\.eyJ/)
  })

  it('gives commands that verify', async () => {
    const command = built.outputs['verify-commands']
      ?.split('\n')
      .find(line => line.startsWith('cosign verify '))
    const words = (command ?? '')
      .split(' ')
      .slice(1)
      .map(word => word.replaceAll("'", ''))
    const verdict = await scene.cosign(
      ...words.map(word => word.replace(/^trusted_root.json$/, scene.root[1] ?? '')),
    )
    expect(verdict.ok ? 'verified' : `${command}\n${verdict.output}`).toBe('verified')
  })
})

describe('other forms', () => {
  it('legacy and bundle together are verified by cosign 2 and 3', async () => {
    await using scene = await openScene({ rekor: 1 })
    const built = await scene.build({ 'signature-format': 'both' })
    expect([built.code, built.code === 0 ? '' : built.log]).toEqual([0, ''])
    const reference = built.outputs['image'] ?? ''
    expect(await scene.cosign('verify', ...scene.root, ...scene.identity, reference)).toMatchObject(passes)
    const older = await scene.olderCosign('verify', ...scene.root, ...scene.identity, reference)
    expect(older.ok ? 'verified' : older.output).toBe('verified')
    expect([...scene.registry.tagsOf(repository).keys()].filter(tag => tag.endsWith('.sig'))).toHaveLength(3)
  })

  it('legacy alone, without attestations, is verified by both', async () => {
    await using scene = await openScene({ rekor: 1 })
    const built = await scene.build({ 'signature-format': 'legacy', sbom: 'false', provenance: 'false' })
    expect([built.code, built.code === 0 ? '' : built.log]).toEqual([0, ''])
    const reference = built.outputs['image'] ?? ''
    const wrong = ['--certificate-identity', 'https://x.example', ...scene.identity.slice(2)]
    for (const cosign of [scene.cosign, scene.olderCosign]) {
      const verdict = await cosign('verify', ...scene.root, ...scene.identity, reference)
      expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
      expect(await cosign('verify', ...scene.root, ...wrong, reference)).toMatchObject({ ok: false })
    }
  })

  it("a key of cosign's own, with its passphrase", async () => {
    await using scene = await openScene({ rekor: 1 })
    const key = await readFile('__tests__/fixtures/sigstore/cosign.key', 'utf8')
    const password = 'correct horse' // of this fixture alone
    const built = await scene.build({ 'cosign-key': key, 'cosign-password': password })
    expect([built.code, built.code === 0 ? '' : built.log]).toEqual([0, ''])
    const record = JSON.parse(await readFile(built.outputs['record'] ?? '', 'utf8')) as {
      images: { signed: { signer: { publicKey: string } } }[]
    }
    const pub = join(scene.job.root, 'cosign.pub')
    await writeFile(pub, record.images[0]?.signed.signer.publicKey ?? '')
    const verdict = await scene.cosign('verify', ...scene.root, '--key', pub, built.outputs['image'] ?? '')
    expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
    expect(built.log).not.toContain(password)
  })
})

describe('other registries and stores', () => {
  it.runIf(hasDistributionServer())("Debian's docker-registry, which has no referrers API", async () => {
    await using scene = await openScene({ rekor: 1 })
    const server = await startDistributionServer()
    try {
      const built = await scene.build({ image: `${server.host}/${repository}` })
      expect([built.code, built.code === 0 ? '' : built.log]).toEqual([0, ''])
      const tagged = await fetch(`http://${server.host}/v2/${repository}/manifests/1.0.0`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      })
      expect(tagged.headers.get('docker-content-digest')).toBe(built.outputs['digest'])
      for (const digest of [built.outputs['digest'], built.outputs['digest-arm64']]) {
        const reference = `${server.host}/${repository}@${digest}`
        expect(await scene.cosign('verify', ...scene.root, ...scene.identity, reference)).toMatchObject(
          passes,
        )
        const type = ['--type', 'slsaprovenance1']
        expect(
          await scene.cosign('verify-attestation', ...scene.root, ...scene.identity, ...type, reference),
        ).toMatchObject(passes)
      }
    } finally {
      await server.close()
    }
  })

  it("GitHub's own store of attestations gets SBOM and provenance of each digest", async () => {
    await using scene = await openScene({ rekor: 1 })
    await using github = await startGithub({ repository, token })
    const step = await scene.build(
      { 'attest-to': 'registry, github', 'github-token': token },
      { GITHUB_API_URL: github.url },
    )
    expect([step.code, step.code === 0 ? '' : step.log]).toEqual([0, ''])
    expect([github.stored.length, github.problems]).toEqual([6, []])
  })
})

describe('bundles that do not belong', () => {
  it('a replayed and a changed bundle do not sign another image, for cosign and for us', async () => {
    await using scene = await openScene({ rekor: 1 })
    const signed = await scene.build()
    const other = await scene.build({ sign: 'false', tags: 'other', 'package-append': 'python3-minimal' })
    expect([signed.code, other.code, signed.outputs['digest'] === other.outputs['digest']]).toEqual([
      0,
      0,
      false,
    ])
    const path =
      signed.outputs['bundle-paths']
        ?.split('\n')
        .find(each => each.endsWith('index.signature.sigstore.json')) ?? ''
    const replayed = await readFile(path, 'utf8')
    const changed = replayed.replace(
      /"payload":"(.{40})(.)/,
      (_all, head: string, byte: string) => `"payload":"${head}${byte === 'A' ? 'B' : 'A'}`,
    )
    const digest = other.outputs['digest'] as Digest
    const destination = {
      repository: parseRepository(`${scene.registry.host}/${repository}`),
      credentials: { kind: 'password' as const, username: 'octo', password: token },
    }
    await using ports = networkPorts()
    const manifest = await openRepository(destination, ports).getManifest(digest)
    if (manifest === undefined) throw new Error('the other image is not there')
    const artifacts = [replayed, changed].map(json => ({
      artifactType: bundleType,
      blob: Buffer.from(json),
      blobMediaType: bundleType,
    }))
    await openReferrers(destination, ports).attach({ subject: manifest.descriptor, artifacts })
    const reference = other.outputs['image'] ?? ''
    expect(await scene.cosign('verify', ...scene.root, ...scene.identity, reference)).toMatchObject({
      ok: false,
    })
    const ours = await scene.sign({ image: reference })
    expect([ours.code, ours.log.includes('to be signed: 3 of images')]).toEqual([0, true])
    expect(await scene.cosign('verify', ...scene.root, ...scene.identity, reference)).toMatchObject(passes)
  })
})

describe('outages', () => {
  it.each(['fulcio', 'rekor', 'tsa', 'oidc'] as const)(
    '%s down for longer than the deadline leaves no tag; a second run completes',
    async service => {
      await using scene = await openScene({ rekor: 1 })
      const back = await scene.sigstore.refuse(service)
      const failed = await scene.build({ deadline: '1s' })
      expect(failed.code).toBe(1)
      expect(failed.log).toMatch(/SIGNING_FAILED|NETWORK_FAILED/)
      expect(scene.registry.tagsOf(repository).has('1.0.0')).toBe(false)
      await back()
      const again = await scene.build()
      expect([again.code, again.code === 0 ? '' : again.log]).toEqual([0, ''])
      expect(
        await scene.cosign('verify', ...scene.root, ...scene.identity, again.outputs['image'] ?? ''),
      ).toMatchObject(passes)
    },
  )

  it('one of several that cannot be signed is not tagged, the other is', async () => {
    await using scene = await openScene({ rekor: 1 })
    const { workspace } = scene.job
    for (const name of ['good.yaml', 'bad.yaml']) {
      await copyFile(join(workspace, 'apko.yaml'), join(workspace, name))
    }
    const refusal = { kind: 'answer' as const, ...refused(403, 'DENIED', 'no more room for this package') }
    const notItsSignatures = /^PUT \/v2\/octo\/bad\/manifests\/sha256-/
    scene.registry.breakWith({ match: notItsSignatures, times: 99, action: refusal })
    const files = { 'apko-config': 'good.yaml\nbad.yaml', image: `${scene.registry.host}/octo/{name}` }
    const built = await scene.build(files)
    expect([built.code, built.log]).toEqual([1, expect.stringContaining('no more room for this package')])
    expect([...scene.registry.tagsOf('octo/good').keys()]).toContain('1.0.0')
    expect([...scene.registry.tagsOf('octo/bad').keys()]).not.toContain('1.0.0')
    expect(built.outputs['tags']).toBe(`${scene.registry.host}/octo/good:1.0.0`)
    expect(built.summary).toContain('### Failed')
    const reference = `${scene.registry.host}/octo/good:1.0.0`
    expect(await scene.cosign('verify', ...scene.root, ...scene.identity, reference)).toMatchObject(passes)
  })

  it('sign is the second chance for an image that was pushed unsigned', async () => {
    await using scene = await openScene({ rekor: 1 })
    const pushed = await scene.build({ sign: 'false', tags: 'unsigned' })
    const signed = await scene.sign({
      image: pushed.outputs['image'] ?? '',
      record: pushed.outputs['record'] ?? '',
      tags: '1.0.0',
    })
    expect([signed.code, signed.code === 0 ? '' : signed.log]).toEqual([0, ''])
    const reference = pushed.outputs['image'] ?? ''
    expect(
      await scene.cosign(
        'verify-attestation',
        ...scene.root,
        ...scene.identity,
        '--type',
        'spdxjson',
        reference,
      ),
    ).toMatchObject(passes)
    expect(scene.registry.tagsOf(repository).get('1.0.0')).toBe(pushed.outputs['digest'])
    const again = await scene.sign({ image: reference, record: pushed.outputs['record'] ?? '' })
    expect(again.log).toContain('to be signed: 0 of images')
  })

  it('a job without id-token: write fails first of all, naming the line', async () => {
    await using scene = await openScene({ rekor: 1 })
    const step = await scene.job.step('image', {
      inputs: { image: `${scene.registry.host}/${repository}`, platforms: 'amd64' },
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
    })
    expect(step.code).toBe(1)
    expect(step.annotations[0]?.message).toMatch(/id-token: write[^]*IDENTITY_MISSING/)
    expect(scene.registry.journal).toEqual([])
  })
})
