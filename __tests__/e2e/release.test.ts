import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { openGit } from '../support/github/git.ts'
import { openReleases } from '../support/github/releases.ts'
import { startGithub, type GithubStandIn } from '../support/github/start.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'

const commit = '5af4b1d0'.repeat(5)
const repository = 'octo/senhas'
const token = 'ghs_e2eTokenOfTheJob0123456789'

const git = openGit({ commits: { [commit]: [] }, tags: { 'v1.0.0': commit } })
const releases = openReleases({ git, immutable: true })
let workshop: Workshop
let registry: RegistryStandIn
let github: GithubStandIn
let job: Job
let first: StepResult
let step: (action: string, inputs: Readonly<Record<string, string>>) => Promise<StepResult>

beforeAll(async () => {
  workshop = await openWorkshop()
  const users = {
    [token]: { login: 'octo', repository, scopes: ['read:packages', 'write:packages'] },
  } as const
  registry = await startRegistry({ auth: 'ghcr', users })
  github = await startGithub({ areas: [git.area, releases.area] })
  job = await startJob({
    DOCKER_HOST: workshop.dockerHost,
    GITHUB_API_URL: github.url,
    GITHUB_REF: 'refs/tags/v1.0.0',
  })
  await workshop.checkOut(job.workspace)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 4096 })
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  await writeFile(join(job.root, 'melange.rsa'), key)
  const shared = {
    ...workshop.inputs('1.2.31', '0.56.5'),
    platforms: 'linux/amd64',
    'signing-key': join(job.root, 'melange.rsa'),
    'source-date-epoch': '1767323045',
    image: `${registry.host}/${repository}`,
    tags: 'v1.0.0',
    username: 'octo',
    token,
    sign: 'false',
    'github-token': github.token,
  }
  step = (action, inputs) => job.step(action, { inputs: { ...shared, ...inputs } })
  first = await step('.', { release: 'auto', 'major-tag': 'true' })
  expectSuccess(first)
})
afterAll(async () => {
  await job?.[Symbol.asyncDispose]()
  await github?.[Symbol.asyncDispose]()
  await registry?.close()
  await workshop?.[Symbol.asyncDispose]()
})

it('an immutable release of what was built', () => {
  const release = releases.only('v1.0.0')
  expect(release).toMatchObject({ draft: false, isImmutable: true })
  expect(releases.contentOf(release)['images.txt']).toBe(
    `${registry.host}/${repository}@${first.outputs['digest']}\n`,
  )
  expect(git.commitOf('v1')).toBe(commit)
  expect(github.problems).toEqual([])
})

it('apko makes the released image of the released packages', async () => {
  const tar = [...releases.assets.values()].find(({ name }) => name === 'packages.tar')
  const folder = join(job.workspace, 'downloaded')
  await mkdir(folder)
  execFileSync('tar', ['-x', '-C', folder], { input: tar?.bytes ?? '' })
  const image = await step('image', { packages: 'downloaded/packages', push: 'false' })
  expectSuccess(image)
  expect(image.outputs['digest']).toBe(first.outputs['digest'])
})

it('built again with the same key it is the same release', async () => {
  const asked = github.asked.length
  const again = await step('.', { release: 'auto', 'major-tag': 'true' })
  expectSuccess(again)
  expect(again.summary).toContain('Published before, with the same content')
  expect(github.asked.slice(asked).filter(line => !line.startsWith('GET'))).toEqual([])
})

it('of other packages it is refused, and nothing is changed', async () => {
  const asked = github.asked.length
  const other = await step('.', { release: 'auto', 'signing-key': '', image: '', push: 'false' })
  expect(other.code).toBe(1)
  expect(other.log).toContain('the release of v1.0.0 is published and immutable')
  expect(github.asked.slice(asked).filter(line => !line.startsWith('GET'))).toEqual([])
})
