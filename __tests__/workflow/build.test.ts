import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitJudges } from '../../scripts/kit/kit-judges.ts'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { callerRepository, calledWorkflow, type CallResult } from '../support/act/called-workflow.ts'
import { openWorkflowScene, type WorkflowScene } from '../support/act/workflow-scene.ts'
import { zipEntries } from '../support/artifacts/zip-entries.ts'
import { openCosign } from '../support/e2e/cosign.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

/** A melange file whose package is one file that tells its machine. */
function recipe(name: string, needs: readonly string[] = []): string {
  const step = `mkdir -p "\${{targets.destdir}}/usr/share" && uname -m > "\${{targets.destdir}}/usr/share/${name}"`
  return `package:
  name: ${name}
  version: 1.0.0
  epoch: 0
environment:
  contents:
    packages: [${['busybox', 'alpine-baselayout-data', ...needs].join(', ')}]
pipeline:
  - runs: ${step}
`
}

const image = (...packages: readonly string[]): string =>
  `contents:\n  packages: [busybox, alpine-baselayout-data${packages.map(each => `, ${each}`).join('')}]\ncmd: /bin/sh\n`

const both = 'linux/amd64, linux/arm64'

/** What the caller got, or the log where it got nothing. */
const outcome = ({ code, log, called }: CallResult) => [code, called?.result ?? log]

function artifact(scene: WorkflowScene, name: string): ReadonlyMap<string, Buffer> {
  const found = scene.results.artifacts.find(each => each.name === name)
  if (found === undefined) throw new Error(`there is no artifact ${name}`)
  return zipEntries(found.zip)
}

const namesOf = (scene: WorkflowScene): string[] => scene.results.artifacts.map(({ name }) => name).toSorted()

describe('two independent parts on two platforms', () => {
  const legs = ['amd64-1', 'amd64-2', 'arm64-1', 'arm64-2'].map(name => `giropops-leg-${name}`)
  let scene: WorkflowScene
  let done: CallResult
  let outputs: Readonly<Record<string, string>>

  beforeAll(async () => {
    scene = await openWorkflowScene(workshop)
    const uses = /actions\/upload-artifact@\w+/.exec(
      await readFile('.github/workflows/build.yaml', 'utf8'),
    )?.[0]
    const intruder = {
      'runs-on': 'ubuntu-24.04',
      steps: [
        { run: 'mkdir -p foreign/x86_64 && echo foreign > foreign/x86_64/APKINDEX.tar.gz' },
        { uses, with: { name: 'giropops-leg-zz', path: 'foreign' } },
      ],
    }
    done = await scene.call({
      files: {
        'pkgs/liba.yaml': recipe('liba'),
        'pkgs/appb.yaml': recipe('appb', ['liba']),
        'pkgs/tool.yaml': recipe('tool'),
        'apko.yaml': image('appb', 'tool'),
      },
      inputs: { 'melange-config': 'pkgs/*.yaml', platforms: both },
      jobs: { intruder },
    })
    outputs = done.called?.outputs ?? {}
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  it('ends well, with four legs and no emulator', () => {
    expect(outcome(done)).toEqual([0, 'success'])
    const records = legs.map(name => name.replace('-leg-', '-leg-record-'))
    const wanted = [...legs, ...records, 'giropops-leg-zz', 'giropops-packages', 'giropops-record']
    expect(namesOf(scene)).toEqual(wanted.toSorted())
    expect(done.sudo).toEqual([])
  })

  it('gives the caller the outputs of all legs', () => {
    const reference = `${scene.registry.host}/${callerRepository}`
    expect(outputs).toMatchObject({
      image: `${reference}@${outputs['digest']}`,
      tags: `${reference}:1.0.0`,
      'packages-artifact': 'giropops-packages',
      'record-artifact': 'giropops-record',
    })
    const [made] = JSON.parse(outputs['images'] ?? '[]') as { platforms: object }[]
    expect(made?.platforms).toEqual({
      'linux/amd64': outputs['digest-amd64'],
      'linux/arm64': outputs['digest-arm64'],
    })
    const built = JSON.parse(outputs['built'] ?? '[]') as { kind: string; name: string; arch?: string }[]
    expect(built.map(({ kind, name, arch = '' }) => `${kind} ${name} ${arch}`.trim()).toSorted()).toEqual([
      `image ${reference}`,
      ...['appb', 'liba', 'tool'].flatMap(name => [`package ${name} aarch64`, `package ${name} x86_64`]),
    ])
    expect(outputs['skipped']).toBe('[]')
  })

  it('takes in its own legs and nothing else that lies beside them', () => {
    const record = JSON.parse(
      artifact(scene, 'giropops-record').get('giropops.json')?.toString() ?? '',
    ) as BuildRecord
    expect(record.packages?.legs?.map(leg => leg.replace(/^.*\//, ''))).toEqual(legs)
  })

  it('keeps the merged packages, the record, SBOMs and bundles', () => {
    const packages = artifact(scene, 'giropops-packages')
    for (const arch of ['x86_64', 'aarch64']) {
      const index = gunzipSync(packages.get(`${arch}/APKINDEX.tar.gz`) ?? '').toString()
      expect([...index.matchAll(/^P:(.*)$/gm)].map(([, name = '']) => name).toSorted()).toEqual([
        'appb',
        'liba',
        'tool',
      ])
    }
    const kept = [...artifact(scene, 'giropops-record').keys()]
    expect(kept.filter(path => path.endsWith('.spdx.json'))).toHaveLength(3)
    expect(kept.filter(path => path.endsWith('.sigstore.json')).length).toBeGreaterThanOrEqual(9)
  })

  it('signs each leg with a key of its own, and what was merged with another', () => {
    const keys = [...legs, 'giropops-packages'].map(name => {
      const found = [...artifact(scene, name)].filter(([path]) => path.endsWith('.rsa.pub'))
      expect(found, name).toHaveLength(1)
      return found[0]?.[1].toString() ?? ''
    })
    expect(keys.every(key => key.startsWith('-----BEGIN PUBLIC KEY-----'))).toBe(true)
    expect(new Set(keys).size).toBe(5)
  })

  it('has no secret in an artifact or in the log', () => {
    for (const { name } of scene.results.artifacts) {
      for (const [path, bytes] of artifact(scene, name)) {
        const isPacked = name !== 'giropops-leg-zz' && /\.(apk|gz)$/.test(path)
        const text = (isPacked ? gunzipSync(bytes) : bytes).toString('latin1')
        expect(text, `${name}/${path}`).not.toContain('PRIVATE KEY')
        for (const secret of scene.secrets) expect(text, `${name}/${path}`).not.toContain(secret)
      }
    }
    expect(done.log).not.toContain('PRIVATE KEY')
    expect(done.log).not.toContain(scene.secrets[0])
  })

  it('moves the tag after everything else', () => {
    const writes = scene.registry.journal.filter(({ method }) => method === 'PUT').map(({ path }) => path)
    expect(writes.length).toBeGreaterThan(5)
    expect(writes.findIndex(path => path.endsWith('/manifests/1.0.0'))).toBe(writes.length - 1)
    expect(scene.registry.tagsOf(callerRepository).get('1.0.0')).toBe(outputs['digest'])
  })

  it('is verified by cosign as the called workflow, and not as the caller', async () => {
    const { cosign: program } = await kitJudges(line => console.error(line))
    const login = { host: scene.registry.host, username: 'octo', password: scene.secrets[0] ?? '' }
    const cosign = await openCosign({ program, folder: join(scene.folder, 'cosign'), login })
    const verify = (file: string, digest = '') =>
      cosign(
        'verify',
        `--trusted-root=${join(scene.folder, 'senhas/trusted_root.json')}`,
        `--certificate-identity=https://github.com/${file}`,
        `--certificate-oidc-issuer=${scene.sigstore.identity().issuer}`,
        `${scene.registry.host}/${callerRepository}@${digest}`,
      )
    const called = `${calledWorkflow}@refs/tags/v1`
    for (const digest of ['digest', 'digest-amd64', 'digest-arm64'].map(name => outputs[name])) {
      const verdict = await verify(called, digest)
      expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
    }
    const caller = `${callerRepository}/.github/workflows/release.yml@refs/heads/main`
    expect(await verify(caller, outputs['digest'])).toMatchObject({ ok: false })
    expect(outputs['verify-commands']).toContain(`https://github.com/${called}`)
  })
})

describe('other graphs', () => {
  it('one leg that fails leaves no image, and the others are finished', async () => {
    await using scene = await openWorkflowScene(workshop)
    const broken = recipe('tool').replace('runs: mkdir', 'runs: exit 3; mkdir')
    const done = await scene.call({
      files: { 'liba.yaml': recipe('liba'), 'tool.yaml': broken, 'apko.yaml': image('liba', 'tool') },
      inputs: {
        'melange-config': 'liba.yaml\ntool.yaml',
        platforms: both,
        runners: 'linux/arm64=ubuntu-24.04',
        legs: '4',
      },
    })
    expect(done.code).not.toBe(0)
    expect(done.log).toMatch(/cannot build tool 1\.0\.0-r0/)
    expect(namesOf(scene).filter(name => !name.includes('record'))).toHaveLength(2)
    expect([scene.registry.journal, scene.sigstore.journal.all.length]).toEqual([[], 0])
    expect(done.log).not.toMatch(/\/Images\s*\] ⭐ Run Main/)
    // Both legs for arm64, which are on runners of another architecture now.
    const installs = 'apt-get install --yes qemu-user-static'
    expect(done.sudo.filter(line => line === installs)).toHaveLength(2)
  })

  it('without melange files no leg runs, and the image is made', async () => {
    await using scene = await openWorkflowScene(workshop)
    const repositories = {
      'repository-append': workshop.distribution.folder,
      'build-repository-append': '',
    }
    const done = await scene.call({
      files: { 'apko.yaml': image() },
      inputs: { platforms: both, ...repositories },
    })
    expect(outcome(done)).toEqual([0, 'success'])
    expect(namesOf(scene)).toEqual(['giropops-record'])
    const { digest, 'packages-artifact': packages } = done.called?.outputs ?? {}
    expect([scene.registry.tagsOf(callerRepository).get('1.0.0'), packages]).toEqual([digest, ''])
  })

  it('a single leg lies where the image leg looks for it', async () => {
    await using scene = await openWorkflowScene(workshop)
    const done = await scene.call({
      files: { 'melange.yaml': recipe('liba'), 'apko.yaml': image('liba') },
      inputs: { platforms: 'linux/amd64', 'artifact-name': 'first', push: 'false' },
    })
    expect(outcome(done)).toEqual([0, 'success'])
    const wanted = ['first-leg-amd64-1', 'first-leg-record-amd64-1', 'first-packages', 'first-record']
    expect(namesOf(scene)).toEqual(wanted)
    expect(scene.registry.journal.filter(({ method }) => method === 'PUT')).toEqual([])
  })
})
