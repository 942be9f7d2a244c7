import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitJudges } from '../../scripts/kit/kit-judges.ts'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { verifyRepository } from '../../src/melange/verify-repository.ts'
import { openCosign } from '../support/e2e/cosign.ts'
import { usePrivateSigstore } from '../support/e2e/private-sigstore.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { startRegistry } from '../support/registry/registry.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'
import { startSigstore } from '../support/sigstore/start.ts'

const emulated = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64')
const platforms = emulated ? 'linux/amd64, linux/arm64' : 'linux/amd64'
const archs = emulated ? ['x86_64', 'aarch64'] : ['x86_64']
const token = 'ghs_e2eTokenOfTheJob0123456789'
const users = {
  [token]: { login: 'octo', repository: 'octo/merged', scopes: ['read:packages', 'write:packages'] },
} as const

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

function recipe(name: string, needs: readonly string[] = []): string {
  const step = `mkdir -p "\${{targets.destdir}}/usr/share" && cat /usr/share/made-* > "\${{targets.destdir}}/usr/share/made-${name}" || true`
  return `package:
  name: ${name}
  version: 1.0.0
  epoch: 0
environment:
  contents:
    packages: [${['busybox', 'alpine-baselayout-data', ...needs].join(', ')}]
pipeline:
  - runs: ${step}; echo ${name} >> "\${{targets.destdir}}/usr/share/made-${name}"
`
}

const files: Readonly<Record<string, string>> = {
  'pkgs/app.yaml': recipe('app', ['liba']),
  'pkgs/liba.yaml': recipe('liba'),
  'pkgs/tool.yaml': recipe('tool'),
  'apko.yaml':
    'contents:\n  repositories: [packages]\n  packages: [busybox, alpine-baselayout-data, app, tool]\ncmd: /bin/sh\n',
}

/** The inputs by which a pair of real tools and the distribution are had, as far as an action has them. */
function given(apko: string, melange: string): Record<string, string> {
  const own = /^(melange-|apko-v|apko-s|tools|build-repository|keyring)/
  const all = Object.entries(workshop.inputs(apko, melange)).filter(([name]) => own.test(name))
  return {
    ...Object.fromEntries(all.filter(([name]) => name !== 'melange-config')),
    'source-date-epoch': '1735689600',
  }
}

async function openJob(env: Readonly<Record<string, string>> = {}): Promise<Job> {
  const job = await startJob(env)
  await mkdir(join(job.workspace, 'pkgs'))
  for (const [file, text] of Object.entries(files)) await writeFile(join(job.workspace, file), text)
  return job
}

const ended = (result: StepResult): readonly [number | null, string] => [
  result.code,
  result.code === 0 ? '' : result.log,
]

/** melange writes into a package where the packages lay that it was built with. */
const output = { output: 'out' }

interface PlannedLeg {
  readonly name: string
  readonly platform: string
  readonly 'melange-config': string
}

/** What a plan dealt out, each leg built in a job of its own; answers the folders of the legs by name. */
async function buildLegs(
  inputs: Readonly<Record<string, string>>,
  into: string,
): Promise<readonly PlannedLeg[]> {
  await using job = await openJob()
  const plan = await job.step('plan', { inputs: { ...inputs, 'melange-config': 'pkgs/*.yaml', platforms } })
  expect(ended(plan)).toEqual([0, ''])
  const { include } = JSON.parse(plan.outputs['matrix'] ?? '') as { include: PlannedLeg[] }
  for (const leg of include) {
    await using other = await openJob()
    const step = await other.step('package', {
      inputs: { ...inputs, ...output, platforms: leg.platform, 'melange-config': leg['melange-config'] },
    })
    expect(ended(step)).toEqual([0, ''])
    await cp(step.outputs['packages'] ?? '', join(into, leg.name), { recursive: true })
  }
  return include
}

describe.each([
  ['1.2.31', '0.56.5'],
  ['1.2.31', '0.58.0'],
])('apko %s, melange %s', (apko, melange) => {
  it('legs that were merged make the image that one job makes, signed with one key', async () => {
    const inputs = given(apko, melange)
    await using registry = await startRegistry({ auth: 'ghcr', users }).then(each => ({
      ...each,
      [Symbol.asyncDispose]: () => each.close(),
    }))
    await using sigstore = await startSigstore()
    await using job = await openJob({ ...sigstore.env })
    const legs = await buildLegs(inputs, join(job.workspace, 'legs'))
    expect(legs).toHaveLength(2 * archs.length)

    const trust = await usePrivateSigstore(sigstore, job.workspace, 1)
    const image = { image: `${registry.host}/octo/merged`, username: 'octo', token, tags: '1.0.0', platforms }
    const merged = await job.step('image', {
      inputs: { ...inputs, ...image, ...trust.inputs, packages: 'legs', scan: 'false' },
    })
    expect(ended(merged)).toEqual([0, ''])

    await using whole = await openJob()
    const built = await whole.step('.', {
      inputs: {
        ...inputs,
        ...output,
        'melange-config': 'pkgs/*.yaml',
        platforms,
        // Title and version are labels.
        image: 'x/merged',
        tags: '1.0.0',
        push: 'false',
        sign: 'false',
        scan: 'false',
      },
    })
    expect(ended(built)).toEqual([0, ''])
    expect(merged.outputs['digest']).toBe(built.outputs['digest'])

    const { packages: folder = '', record: file = '' } = merged.outputs
    const apks = await verifyRepository({ title: 'merged', folder })
    expect(apks.map(({ lane, name }) => `${lane} ${name}`).toSorted()).toEqual(
      archs.flatMap(arch => ['app', 'liba', 'tool'].map(name => `${arch} ${name}`)).toSorted(),
    )
    const record = JSON.parse(await readFile(file, 'utf8')) as BuildRecord
    expect(record.packages?.built).toHaveLength(apks.length)

    const { cosign: program } = await kitJudges(line => console.error(line))
    const login = { host: registry.host, username: 'octo', password: token }
    const cosign = await openCosign({ program, folder: join(job.root, 'cosign'), login })
    const verify = (path: string) =>
      cosign('verify-blob', ...trust.root, ...trust.identity, '--bundle', `${path}.sigstore.json`, path)
    for (const path of [...apks.map(each => each.path), merged.outputs['public-key'] ?? '']) {
      const verdict = await verify(path)
      expect(verdict.ok ? 'verified' : verdict.output).toBe('verified')
    }
  })
})

it('an apk that was altered on its way stops the image', async () => {
  const inputs = given('1.2.31', '0.56.5')
  await using job = await openJob()
  const [leg] = await buildLegs(inputs, join(job.workspace, 'legs'))
  const path = join(job.workspace, 'legs', leg?.name ?? '', 'x86_64', 'liba-1.0.0-r0.apk')
  const bytes = await readFile(path)
  bytes[bytes.length - 12] = (bytes[bytes.length - 12] ?? 0) ^ 1
  await writeFile(path, bytes)
  const step = await job.step('image', {
    inputs: { ...inputs, platforms: 'amd64', image: 'x/y', push: 'false', sign: 'false', packages: 'legs' },
  })
  expect(step.code).toBe(1)
  expect(step.annotations.map(({ message }) => message.split('\n')[0])).toEqual([
    `input "packages": legs/${leg?.name}/x86_64/liba-1.0.0-r0.apk was altered: its data is not what its control part says`,
  ])
})
