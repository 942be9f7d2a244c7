import { expect, it } from 'vitest'
import { expectFailed, expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry, type JobRegistry } from '../support/bundle/job-registry.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import { openPackageVersions } from '../support/github/package-versions.ts'
import { startGithub } from '../support/github/start.ts'

const files = { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml }
const long = '2020-01-01T00:00:00Z'

/** The package octo/senhas with an image that lost its tag to another; all of it old. */
async function openPackage(scene: Scene, registry: JobRegistry) {
  const versions = openPackageVersions({ registry, repository: 'octo/senhas', owner: 'orgs' })
  const github = await startGithub({ areas: [versions.area] })
  const push = async (labels: string): Promise<string> => {
    const result = await scene.step('.', { ...registry.inputs, tags: 'main', labels })
    expectSuccess(result)
    return result.outputs['digest'] ?? ''
  }
  const [lost, kept] = [await push('of=before'), await push('of=now')]
  for (const digest of registry.digestsOf('octo/senhas')) versions.touch(digest, long)
  const inputs = { image: `${registry.host}/octo/senhas`, 'github-token': github.token }
  const env = { GITHUB_API_URL: github.url }
  return { ...github, versions, inputs, env, lost, kept }
}

it('what has no tag goes, after a dry run that tells the same', async () => {
  await using scene = await openScene({ files })
  await using registry = await startJobRegistry({ auth: 'none' })
  await using github = await openPackage(scene, registry)
  expect(github.lost).not.toBe(github.kept)

  const dry = await scene.step('release', { ...github.inputs, prune: 'dry-run' }, { env: github.env })
  expectSuccess(dry)
  const [told] = JSON.parse(dry.outputs['pruned'] ?? '[]') as [Report]
  expect(told).toMatchObject({ mode: 'dry-run', package: `${registry.host}/octo/senhas` })
  expect(told.pruned.map(({ digest }) => digest)).toContain(github.lost)
  expect(told.pruned.map(({ digest }) => digest)).not.toContain(github.kept)
  expect(dry.summary).toContain('Would be deleted (dry run): ')
  expect(github.versions.deleted).toEqual([])

  const done = await scene.step('release', { ...github.inputs, prune: 'true' }, { env: github.env })
  expectSuccess(done)
  const [report] = JSON.parse(done.outputs['pruned'] ?? '[]') as [Report]
  expect(report.pruned).toEqual(told.pruned)
  expect(github.versions.deleted.length).toBe(told.pruned.length)
  expect(done.outputs).not.toHaveProperty('release-url')
  expect(github.problems).toEqual([])
})

it('what was deleted before a failure is told with it', async () => {
  await using scene = await openScene({ files })
  await using registry = await startJobRegistry({ auth: 'none' })
  await using github = await openPackage(scene, registry)
  const reply = { status: 403, body: { message: 'Forbidden' } }
  github.breakWith({ match: /^DELETE /, after: 1, times: 100, action: { kind: 'answer', ...reply } })
  const done = await scene.step('release', { ...github.inputs, prune: 'true' }, { env: github.env })
  expect(done.code).toBe(1)
  const [report] = JSON.parse(done.outputs['pruned'] ?? '[]') as [Report | undefined]
  expect(github.versions.deleted).toHaveLength(1)
  expect(report?.pruned.map(({ digest }) => digest)).toEqual(github.versions.deleted)
  expect(done.summary).toContain('Deleted: 1 versions')
  expect(done.log).toContain(`deleted ${registry.host}/octo/senhas@`)
})

it('nothing that was touched lately', async () => {
  await using scene = await openScene({ files })
  await using registry = await startJobRegistry({ auth: 'none' })
  await using github = await openPackage(scene, registry)
  const yesterday = new Date(Date.now() - 86_400_000).toISOString()
  github.versions.touch(github.lost, yesterday)
  const done = await scene.step('release', { ...github.inputs, prune: 'true' }, { env: github.env })
  expectSuccess(done)
  expect(github.versions.deleted).toEqual([])
})

it('wrong wishes are told at once, and nothing is asked of anybody', async () => {
  await using scene = await openScene({ files })
  const inputs = { prune: 'all', 'prune-days': '-1' }
  const values = await expectFailed(scene, await scene.step('release', inputs))
  expect(values.map(({ text }) => text.split('\n')[0])).toMatchInlineSnapshot(`
    [
      "input "prune" is "all"; accepted: false, dry-run, true",
      "input "prune-days" is "-1"; accepted: a whole number from 1 to 9999",
    ]
  `)
  const elsewhere = await scene.step('release', {
    prune: 'true',
    image: 'docker.io/octo/senhas',
    'github-token': 'x',
  })
  expect((await expectFailed(scene, elsewhere)).map(({ text }) => text)).toMatchInlineSnapshot(`
    [
      "input "image" is docker.io/octo/senhas, and "prune" cleans packages on GitHub only: ghcr.io/owner/name
    Other registries have rules of their own for that; leave this image out.",
    ]
  `)
})

interface Report {
  readonly mode: string
  readonly package: string
  readonly pruned: readonly { readonly digest: string }[]
}
