import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askHealth } from '../../scripts/kit/ask-health.ts'
import { run } from '../../scripts/kit/kit-run.ts'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { kitJudges } from '../../scripts/kit/kit-judges.ts'
import { openCosign } from '../support/e2e/cosign.ts'
import { usePrivateSigstore, type PrivateSigstore } from '../support/e2e/private-sigstore.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'

const token = 'ghs_e2eTokenOfTheJob0123456789'

let workshop: Workshop
let registry: RegistryStandIn
let job: Job
let built: StepResult
let record: BuildRecord
let sigstore: Sigstore
let trust: PrivateSigstore

const repository = 'octo/senhas'

interface Provenance {
  readonly predicate: {
    readonly buildDefinition: {
      readonly resolvedDependencies: readonly {
        uri?: string
        name?: string
        digest: Record<string, string>
      }[]
    }
    readonly runDetails: { readonly builder: { readonly id: string } }
  }
}

beforeAll(async () => {
  workshop = await openWorkshop()
  registry = await startRegistry({
    auth: 'ghcr',
    users: { [token]: { login: 'octo', repository, scopes: ['read:packages', 'write:packages'] } },
  })
  sigstore = await startSigstore()
  job = await startJob({ DOCKER_HOST: workshop.dockerHost, ...sigstore.env })
  await workshop.checkOut(job.workspace)
  trust = await usePrivateSigstore(sigstore, job.workspace, 1)
  built = await job.step('.', {
    inputs: {
      ...workshop.inputs('1.2.31', '0.56.5'),
      platforms: 'linux/amd64, arm64',
      image: `${registry.host}/${repository}`,
      tags: '1.0.0\nlatest',
      username: 'octo',
      token,
      load: 'true',
      ...trust.inputs,
    },
  })
  if (built.code !== 0) throw new Error(built.log)
  record = JSON.parse(await readFile(built.outputs['record'] ?? '', 'utf8')) as BuildRecord
})
afterAll(async () => {
  await job?.[Symbol.asyncDispose]()
  await registry?.close()
  await sigstore?.close()
  await workshop?.[Symbol.asyncDispose]()
})

describe('the main job, on the real tools', () => {
  it('tags what it pushed, both platforms in one index, byte for byte the layout', async () => {
    const { digest = '', record: file = '' } = built.outputs
    const tags = Object.entries(Object.fromEntries(registry.tagsOf(repository))).filter(
      ([tag]) => !tag.startsWith('sha256-'),
    )
    expect(Object.fromEntries(tags)).toEqual({ '1.0.0': digest, latest: digest })
    const layout = join(file, '..', record.images[0]?.layout ?? '')
    const pushed = registry.manifestOf(repository, digest)
    expect(Buffer.from(pushed?.bytes ?? []).equals(await readFile(join(layout, 'index.json')))).toBe(true)
    expect(built.outputs['image']).toBe(`${registry.host}/${repository}@${digest}`)
    expect(Object.keys(JSON.parse(built.outputs['images'] ?? '[]')[0].platforms)).toEqual([
      'linux/amd64',
      'linux/arm64',
    ])
    expect(built.outputs['digest-arm64']).toBe(record.images[0]?.platforms[1]?.digest)
  })

  it('moves tags after every other request', () => {
    const writes = registry.journal.filter(({ method }) => method === 'PUT').map(({ path }) => path)
    expect(writes.slice(-2)).toEqual([
      `/v2/${repository}/manifests/1.0.0`,
      `/v2/${repository}/manifests/latest`,
    ])
    expect(writes.slice(0, -2).every(path => path.includes('sha256'))).toBe(true)
  })

  it('writes a record that is what the schema says', async () => {
    const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
    const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(schema)
    expect(validate(record) || validate.errors).toBe(true)
    expect(record.packages?.built.map(({ name, arch }) => `${name} ${arch}`)).toEqual([
      'senhas x86_64',
      'senhas aarch64',
    ])
  })

  it('lists every installed package in the SBOM of each platform', async () => {
    for (const { sbom, packages, addedToSbom } of record.images[0]?.platforms ?? []) {
      const text = await readFile(join(built.outputs['record'] ?? '', '..', sbom), 'utf8')
      const { packages: listed } = JSON.parse(text) as { packages: { name: string; versionInfo?: string }[] }
      const names = new Set(listed.map(({ name, versionInfo }) => `${name}-${versionInfo}`))
      const missing = packages.filter(({ name, version }) => !names.has(`${name}-${version}`))
      expect(missing).toEqual([])
      expect(packages.length).toBeGreaterThan(30)
      expect(addedToSbom).not.toContain('senhas-1.0.0-r0')
      expect(packages.map(({ name }) => name)).toContain('senhas')
    }
  })

  it('loads the image under the plain name and the ones with an architecture', async () => {
    const listed = await run('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}'], {
      env: { DOCKER_HOST: workshop.dockerHost },
    })
    const name = `${registry.host}/${repository}`
    expect(listed.toString().split('\n')).toEqual(
      expect.arrayContaining([
        `${name}:1.0.0`,
        `${name}:1.0.0-amd64`,
        `${name}:1.0.0-arm64`,
        `${name}:latest`,
      ]),
    )
  })

  it('answers /health on both architectures when it is run by digest', async () => {
    const login = ['login', '--username', 'octo', '--password-stdin', registry.host]
    const config = { DOCKER_HOST: workshop.dockerHost, DOCKER_CONFIG: join(workshop.folder, 'docker-config') }
    await run('docker', login, { env: config, input: token })
    const answers: string[] = []
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      answers.push(await askHealth({ image: built.outputs['image'] ?? '', platform, docker: config }))
    }
    expect(answers).toEqual(['x86_64 {"status":"healthy"}', 'aarch64 {"status":"healthy"}'])
  })

  it('signs packages and their key as files, and attests how they were built', async () => {
    const { cosign: program } = await kitJudges(line => console.error(line))
    const cosign = await openCosign({ program, folder: join(workshop.folder, 'cosign') })
    const folder = built.outputs['packages'] ?? ''
    const [x86, key] = ['x86_64/senhas-1.0.0-r0.apk', 'melange.rsa.pub'].map(file => join(folder, file)) as [
      string,
      string,
    ]
    const verify = (file: string, bundle: string) =>
      cosign('verify-blob', ...trust.root, ...trust.identity, '--bundle', `${bundle}.sigstore.json`, file)
    expect([(await verify(x86, x86)).ok, (await verify(key, key)).ok, (await verify(key, x86)).ok]).toEqual([
      true,
      true,
      false,
    ])
    const verdict = await cosign(
      'verify-blob-attestation',
      ...trust.root,
      ...trust.identity,
      '--type',
      'slsaprovenance1',
      '--bundle',
      join(folder, 'provenance.sigstore.json'),
      x86,
    )
    expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
  })

  it('tells in the provenance of each platform every package with its checksum, the files and the tools', async () => {
    const { bundles } = record.images[0]?.signed ?? { bundles: [] }
    const bundle = bundles.find(({ kind, place }) => kind === 'provenance' && place === 'linux/arm64')
    const text = await readFile(join(built.outputs['record'] ?? '', '..', bundle?.file ?? ''), 'utf8')
    const { payload } = (JSON.parse(text) as { dsseEnvelope: { payload: string } }).dsseEnvelope
    const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as Provenance
    const dependencies = statement.predicate.buildDefinition.resolvedDependencies
    const apks = dependencies.filter(({ uri }) => uri?.startsWith('pkg:apk/'))
    expect(apks).toHaveLength(record.images[0]?.platforms[1]?.packages.length ?? 0)
    expect(apks.every(({ digest }) => /^[0-9a-f]{40}$/.test(digest['sha1'] ?? ''))).toBe(true)
    expect(dependencies.flatMap(({ name }) => name ?? [])).toEqual(
      expect.arrayContaining(['apko', 'melange', 'apko.local.yaml', 'melange.local.yaml']),
    )
    expect(statement.predicate.runDetails.builder.id).toBe(sigstore.identity().subject)
  })

  it('shows no secret, and leaves none behind', async () => {
    expect(built.log).not.toContain(token)
    expect(built.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toMatch(/PRIVATE KEY/)
    await job.finish()
    const left = await readdir(job.temp)
    expect(left.filter(name => !name.endsWith('-output'))).toEqual(['giropops-cache'])
    const kept = await readdir(join(job.temp, 'giropops-cache'), { recursive: true })
    expect(kept.filter(name => /\.rsa$|\.pem$|\.key$/.test(name))).toEqual([])
  })

  it('sums up the platforms with digests and sizes', () => {
    expect(built.summary).toContain(`docker pull ${registry.host}/${repository}@${built.outputs['digest']}`)
    expect(built.summary).toMatch(/\| `linux\/arm64` \| `sha256:[0-9a-f]{64}` \| [\d.]+ MB \| \d+ \|/)
  })

  it('takes the tools out of the cache when the network is cut', async () => {
    const { requests } = workshop.releases
    const before = requests.length
    expect(before).toBeGreaterThan(0)
    const { 'melange-version': melange, 'apko-version': apko, ...rest } = workshop.inputs('1.2.31', '0.56.5')
    const again = await job.step('setup', {
      inputs: {
        'melange-version': melange ?? '',
        'apko-version': apko ?? '',
        'melange-sha256': rest['melange-sha256'] ?? '',
        'apko-sha256': rest['apko-sha256'] ?? '',
        'tools-mirror': 'http://127.0.0.1:9',
      },
    })
    expect(again.log).toContain('from the tool cache')
    expect([again.code, again.paths.length, requests.length]).toEqual([0, 2, before])
  })
})
