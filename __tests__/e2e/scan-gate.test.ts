import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitGrypeDatabase } from '../../scripts/kit/kit-grype-database.ts'
import { kitGrype } from '../../scripts/kit/kit-grype.ts'
import { kitJudges, type KitJudges } from '../../scripts/kit/kit-judges.ts'
import type { KitScanner } from '../../scripts/kit/kit-scanner.ts'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { failuresOf } from '../support/bundle/failures.ts'
import { openCosign, type Verdict } from '../support/e2e/cosign.ts'
import { usePrivateSigstore } from '../support/e2e/private-sigstore.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { openCodeScanning, type CodeScanning } from '../support/github/code-scanning.ts'
import { startGithub, type GithubStandIn } from '../support/github/start.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'
import { sarifProblems } from '../unit/scan/sarif-schema.ts'

const log = (line: string): void => console.error(line)
const token = 'ghs_e2eTokenOfTheJob0123456789'
const repository = 'octo/senhas'
const users = { [token]: { login: 'octo', repository, scopes: ['read:packages', 'write:packages'] } } as const

const apkoFile = (...packages: readonly string[]): string =>
  ['contents:', '  packages:', ...packages.map(name => `    - ${name}`), 'cmd: /bin/sh', ''].join('\n')
const base = ['alpine-baselayout-data', 'busybox', 'libssl3']

let workshop: Workshop
let judges: KitJudges
let grype: KitScanner
let sigstore: Sigstore
let registry: RegistryStandIn
let codeScanning: CodeScanning
let github: GithubStandIn
let job: Job
let root: readonly string[]
let identity: readonly string[]
let cosign: (...args: readonly string[]) => Promise<Verdict>
let build: (inputs?: Record<string, string>, env?: Record<string, string>) => Promise<StepResult>

beforeAll(async () => {
  workshop = await openWorkshop()
  ;[judges, grype, sigstore] = [await kitJudges(log), await kitGrype(log), await startSigstore()]
  registry = await startRegistry({ auth: 'ghcr', users })
  codeScanning = openCodeScanning()
  github = await startGithub({ repository, areas: [codeScanning.area] })
  job = await startJob({ ...sigstore.env, GITHUB_API_URL: github.url })
  await writeFile(join(job.workspace, 'apko.yaml'), apkoFile(...base, 'python3'))
  const database = await kitGrypeDatabase(join(workshop.folder, 'grype'))
  const trust = await usePrivateSigstore(sigstore, job.workspace, 1)
  ;({ root, identity } = trust)
  const login = { host: registry.host, username: 'octo', password: token }
  cosign = await openCosign({ program: judges.cosign, folder: join(workshop.folder, 'cosign'), login })
  const {
    'build-repository-append': distribution = '',
    'keyring-append': key = '',
    ...tools
  } = workshop.inputs('1.2.31', '0.56.5')
  build = (inputs = {}, env = {}) =>
    job.step('image', {
      env,
      inputs: {
        ...Object.fromEntries(Object.entries(tools).filter(([name]) => /^(apko-v|apko-s|tools)/.test(name))),
        ...trust.inputs,
        'grype-version': grype.binary,
        'scan-database': database.archive,
        'github-token': github.token,
        username: 'octo',
        token,
        deadline: '5s',
        'repository-append': distribution,
        'keyring-append': key,
        'source-date-epoch': '1735689600',
        platforms: 'amd64, arm64',
        image: `${registry.host}/${repository}`,
        tags: 'edge',
        ...inputs,
      },
    })
})
afterAll(async () => {
  await job?.[Symbol.asyncDispose]()
  await github?.[Symbol.asyncDispose]()
  await registry?.close()
  await sigstore?.[Symbol.asyncDispose]()
  await workshop?.[Symbol.asyncDispose]()
})

async function scanOf(result: StepResult) {
  const record = JSON.parse(await readFile(result.outputs['record'] ?? '', 'utf8')) as BuildRecord
  const scan = record.images[0]?.scan
  if (scan === undefined) throw new Error('nothing was scanned')
  return scan
}

describe('a critical finding', () => {
  it('stops the image before anything of it is in the registry, on its line', async () => {
    const stopped = await build()
    expect(failuresOf(stopped)).toMatchObject([
      {
        code: 'VULNERABLE',
        at: 'apko.yaml:5:7',
        text: expect.stringMatching(
          /CVE-2026-11111 critical, known to be exploited: libssl3 3\.0\.22-r1 \(linux\/amd64, linux\/arm64\), mended in 3\.0\.30-r0; apko\.yaml:5$/m,
        ) as string,
      },
    ])
    expect(registry.journal.filter(({ method }) => method === 'PUT')).toEqual([])
    expect(sigstore.journal.all).toEqual([])
    const sarif: unknown = JSON.parse(await readFile(stopped.outputs['sarif'] ?? '', 'utf8'))
    expect(sarifProblems(sarif)).toEqual([])
    expect(codeScanning.uploads).toMatchObject([{ tool: 'grype', sarif }])
    expect(github.problems).toEqual([])
  })

  it('of a package that another brings in stands on the line of that one', async () => {
    const { others, counts } = await scanOf(await build({ 'fail-on': 'never', push: 'false' }))
    const krb5 = others.find(each => each.package === 'libkrb5support0')
    expect([krb5?.at?.file, krb5?.at?.line, krb5?.chain?.[0], krb5?.chain?.at(-1)]).toEqual([
      'apko.yaml',
      6,
      'python3',
      'libkrb5support0',
    ])
    expect(counts.map(({ platform, critical }) => [platform, critical])).toEqual([
      ['linux/amd64', 1],
      ['linux/arm64', 1],
    ])
  })
})

describe('what goes on', () => {
  let published: StepResult
  beforeAll(async () => {
    published = await build({
      'scan-ignore': 'CVE-2026-11111 package=libssl3 reason=no handshake is taken until=2999-12-31',
    })
  })

  it('is pushed, signed and tagged, with its findings attested', async () => {
    expect([published.code, published.code === 0 ? '' : published.log]).toEqual([0, ''])
    expect(registry.tagsOf(repository).get('edge')).toBe(published.outputs['digest'])
    const names = published.outputs['bundle-paths']?.split('\n').map(file => file.split('/').at(-1)) ?? []
    expect(names.filter(name => name?.includes('vulnerabilities'))).toEqual([
      'index.vulnerabilities.sigstore.json',
      'linux-amd64.vulnerabilities.sigstore.json',
      'linux-arm64.vulnerabilities.sigstore.json',
    ])
    expect(published.summary).toContain('First scan: there is no earlier one to compare with.')
  })

  it('is verified by cosign: index and platforms, type vuln', async () => {
    for (const output of ['digest', 'digest-amd64', 'digest-arm64']) {
      const reference = `${registry.host}/${repository}@${published.outputs[output]}`
      const verdict = await cosign('verify-attestation', ...root, ...identity, '--type', 'vuln', reference)
      expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
      const line = verdict.output.split('\n').find(each => each.startsWith('{')) ?? '{}'
      const { payload } = JSON.parse(line) as { readonly payload: string }
      const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        readonly predicate: {
          readonly scanner: { readonly result: { readonly findings: readonly object[] } }
        }
      }
      expect(predicate).toMatchObject({
        scanner: { uri: 'https://github.com/anchore/grype', version: '0.121.2' },
        invocation: {
          uri: 'https://github.com/octo/senhas/actions/runs/1',
          parameters: { failOn: 'critical' },
        },
      })
      expect(predicate.scanner.result.findings[0]).toMatchObject({
        id: 'CVE-2026-11111',
        ignored: { by: 'scan-ignore', reason: 'no handshake is taken' },
      })
    }
  })

  it('is not attested twice with the same database', async () => {
    const again = await build({
      'scan-ignore': 'CVE-2026-11111 package=libssl3 reason=no handshake is taken until=2999-12-31',
    })
    expect([again.code, again.log.includes('to be signed: 0 of images')]).toEqual([0, true])
    expect(again.summary).toMatch(/The same findings as `[^`]+:edge`, scanned on \d{4}-/)
  })

  it('is compared with what the tag names: what is new, and what is gone', async () => {
    await writeFile(join(job.workspace, 'apko.yaml'), apkoFile(...base.slice(0, 2), 'zlib1g'))
    const next = await build()
    expect([next.code, next.code === 0 ? '' : next.log]).toEqual([0, ''])
    const { since } = await scanOf(next)
    expect(since?.reference).toBe(`${registry.host}/${repository}:edge`)
    expect(since?.digest).toBe(published.outputs['digest'])
    const { added, gone } = since ?? { added: [], gone: [] }
    expect(added.map(({ id }) => id)).toEqual([])
    expect(gone.map(({ id }) => id)).toContain('CVE-2026-11111')
    expect(next.summary).toMatch(/0 new, \d+ gone\./)
  })

  it('of a pull request is compared with the image of its base branch', async () => {
    expect((await build({ tags: 'main' })).code).toBe(0)
    await writeFile(join(job.workspace, 'apko.yaml'), apkoFile(...base))
    const event = join(job.root, 'event.json')
    await writeFile(event, JSON.stringify({ pull_request: { number: 7, base: { ref: 'main' } } }))
    const env = {
      GITHUB_EVENT_PATH: event,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/7/merge',
    }
    const pull = await build({ 'fail-on': 'never', tags: '' }, env)
    expect([pull.code, pull.code === 0 ? '' : pull.log]).toEqual([0, ''])
    const { since } = await scanOf(pull)
    expect(since?.reference).toBe(`${registry.host}/${repository}:main`)
    expect(since?.added.map(({ id }) => id)).toContain('CVE-2026-11111')
    expect(codeScanning.uploads.at(-1)?.ref).toBe('refs/pull/7/merge')
    expect(github.problems).toEqual([])
  })
})
