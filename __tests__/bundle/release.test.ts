import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { expectFailure, expectSuccess, failuresOf } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { anyMachine, plainText, shownLog } from '../support/bundle/plain-text.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'
import { openGit, type GitOptions } from '../support/github/git.ts'
import { openReleases } from '../support/github/releases.ts'
import { startGithub } from '../support/github/start.ts'

/** As the job's GITHUB_SHA. */
const commit = '5af4b1d0'.repeat(5)
const tagRun = { GITHUB_REF: 'refs/tags/v1.0.0', GITHUB_REF_NAME: 'v1.0.0' }

async function openGithub(options: Partial<GitOptions> & { readonly immutable?: boolean } = {}) {
  const git = openGit({ commits: { [commit]: [] }, tags: { 'v1.0.0': commit }, ...options })
  const releases = openReleases({ git, immutable: options.immutable ?? false })
  const github = await startGithub({ areas: [git.area, releases.area] })
  const env = { ...tagRun, GITHUB_API_URL: github.url }
  return { ...github, git, releases, env, inputs: { 'github-token': github.token } }
}

const files = { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml }

it('the pipeline ends with a release', async () => {
  await using scene = await openScene({ files: { ...files, 'GUIDE.md': 'Read me.' } })
  await using registry = await startJobRegistry()
  await using github = await openGithub({ immutable: true })
  const inputs = {
    ...registry.inputs,
    ...github.inputs,
    release: 'auto',
    'major-tag': 'true',
    assets: '*.md',
  }
  const result = await scene.step('.', inputs, { env: github.env })
  expectSuccess(result)
  const plain = (text: string): string =>
    anyMachine(plainText(text, { mirror: scene.server.url, registry: registry.host, temp: scene.job.temp }))
  const log = plain(shownLog(result.log))
  const part = log.slice(log.indexOf('::group::release')).replaceAll(/, (<size>|[\d.]+ kB)$/gm, '')
  // Four go up side by side; which one is done first is chance.
  expect(part.split('\n').sort().join('\n')).toMatchInlineSnapshot(`
    "::endgroup::
    ::group::release
    APKINDEX.<apk-arch>.tar.gz
    GUIDE.md
    apko-sbom-<apk-arch>.spdx.json
    apko-sbom-index.spdx.json
    checksums.txt
    draft of v1.0.0 made
    giropops.json
    images.txt
    melange.rsa.pub
    packages.tar
    published: https://github.com/octo/senhas/releases/tag/v1.0.0
    senhas-1.0.0-r0.<apk-arch>.apk
    v1 is made: v1.0.0
    v1.0 is made: v1.0.0"
  `)
  expect(result.outputs).toMatchObject({
    'release-url': 'https://github.com/octo/senhas/releases/tag/v1.0.0',
    'release-id': '1',
    tag: 'v1.0.0',
  })
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  expect(result.outputs['assets']?.replaceAll(arch, '<arch>').split('\n').sort()).toMatchInlineSnapshot(`
    [
      "APKINDEX.<arch>.tar.gz",
      "GUIDE.md",
      "apko-sbom-<arch>.spdx.json",
      "apko-sbom-index.spdx.json",
      "checksums.txt",
      "giropops.json",
      "images.txt",
      "melange.rsa.pub",
      "packages.tar",
      "senhas-1.0.0-r0.<arch>.apk",
    ]
  `)
  expect(plain(result.summary)).toMatch(/^### Release `v1\.0\.0`\n\nPublished: \[https:/)
  expect(result.log).not.toContain(github.token)

  const content = github.releases.contentOf(github.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual(result.outputs['assets']?.split('\n').sort())
  expect(content['GUIDE.md']).toBe('Read me.')
  expect(content['giropops.json']).toContain(commit)
  expect(github.git.commitOf('v1')).toBe(commit)
  expect(github.problems).toEqual([])

  const record: unknown = JSON.parse(await readFile(result.outputs['record'] ?? '', 'utf8'))
  const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)
  expect([validate(record), validate.errors]).toEqual([true, null])
  expect(record).toMatchObject({ release: { tag: 'v1.0.0', outcome: 'made', majorTags: ['v1', 'v1.0'] } })
})

it('steps apart: package, image, release', async () => {
  await using scene = await openScene({ files })
  await using registry = await startJobRegistry()
  await using github = await openGithub()
  const env = github.env
  const packages = await scene.step('package', {}, { env })
  expectSuccess(packages)
  const folder = packages.outputs['packages'] ?? ''
  const image = await scene.step('image', { ...registry.inputs, packages: folder, output: 'out' }, { env })
  expectSuccess(image)
  const record = `${packages.outputs['record']}\n${image.outputs['record']}`
  const result = await scene.job.step('release', {
    inputs: { ...github.inputs, record },
    env: { ...scene.env, ...env },
  })
  expectSuccess(result)
  expect(Object.keys(result.outputs).sort()).toEqual(['assets', 'release-id', 'release-url', 'tag'])
  const content = github.releases.contentOf(github.releases.only('v1.0.0'))
  expect(Object.keys(content)).toEqual(
    expect.arrayContaining([
      'giropops.json',
      'giropops.2.json',
      'packages.tar',
      'images.txt',
      'checksums.txt',
    ]),
  )
  expect(github.problems).toEqual([])

  const requests = github.asked.length
  const again = await scene.job.step('release', {
    inputs: { ...github.inputs, record },
    env: { ...scene.env, ...env },
  })
  expectSuccess(again)
  expect(again.outputs).toEqual(result.outputs)
  expect(again.summary).toContain('Published before, with the same content')
  expect(github.asked.slice(requests).filter(line => !line.startsWith('GET'))).toEqual([])
})

it('packages of another place go with the record, one repository of them', async () => {
  await using scene = await openScene({ files })
  await using github = await openGithub()
  const packages = await scene.step('package', {}, { env: github.env })
  expectSuccess(packages)
  const folder = packages.outputs['packages'] ?? ''
  const twice = await scene.step('release', { ...github.inputs, packages: `${folder}\n${folder}/x86_64` })
  expect(failuresOf(twice).map(({ code }) => code)).toContain('INPUT_INVALID')
  const result = await scene.step('release', { ...github.inputs, packages: folder }, { env: github.env })
  expectSuccess(result)
  const content = github.releases.contentOf(github.releases.only('v1.0.0'))
  expect(Object.keys(content)).toEqual(
    expect.arrayContaining(['packages.tar', 'melange.rsa.pub', 'checksums.txt']),
  )
  expect(Object.keys(content)).not.toContain('giropops.json')
})

it('without the permission the image is public, and the step fails with the cure', async () => {
  await using scene = await openScene({ files })
  await using registry = await startJobRegistry()
  await using github = await openGithub()
  github.permit({ contents: 'read' })
  const inputs = { ...registry.inputs, ...github.inputs, release: 'true' }
  const result = await scene.step('.', inputs, { env: github.env })
  expect(result.code).toBe(1)
  expect(failuresOf(result)).toMatchObject([
    { code: 'GITHUB_REFUSED', text: expect.stringContaining('Add `contents: write` to the permissions') },
  ])
  expect(registry.tags).toEqual(['1.0.0'])
  expect(result.outputs).toMatchObject({ digest: expect.stringMatching(/^sha256:/) })
  expect(result.outputs).not.toHaveProperty('release-url')
  expect(github.releases.releases.size).toBe(0)
})

it('for a branch nothing is released: `auto` says so, `true` fails before anything is built', async () => {
  await using scene = await openScene({ files })
  const quiet = await scene.step('.', { release: 'auto', push: 'false' })
  expectSuccess(quiet)
  expect(quiet.log).toContain('nothing is released: the run is not for a git tag')
  const calls = (await scene.calls()).length
  const result = await scene.step('.', { release: 'true', push: 'false', assets: 'nothing.*' })
  expect(result.code).toBe(1)
  const told = failuresOf(result, { workspace: scene.job.workspace }).map(({ text }) => text)
  expect(told).toMatchInlineSnapshot(`
    [
      "input "release" is "true", and the run is not for a git tag
    Write "release: auto" to release only when the run is for a git tag: "on: push: tags: [v*]".",
      "input "github-token" is not given, and a release needs it
    In a workflow of github.com leave it out; elsewhere give a token that may write the contents of the repository.",
      "input "assets": no file matches "nothing.*"
    Paths and globs are relative to the workspace, <workspace>; check the path, and that the repository was checked out before this step.",
    ]
  `)
  expect(await scene.calls()).toHaveLength(calls)
})

it('an action has nothing to release but its tag; a forgotten record is told', async () => {
  await using scene = await openScene()
  await using github = await openGithub()
  const forgotten = await scene.step('release', github.inputs, { env: github.env })
  expect(await expectFailure(scene, forgotten)).toMatchObject({
    code: 'INPUT_INVALID',
    text: expect.stringContaining('input "record" is not given'),
  })
  const result = await scene.step('release', { ...github.inputs, 'major-tag': 'true' }, { env: github.env })
  expectSuccess(result)
  expect(github.releases.only('v1.0.0')).toMatchObject({ draft: false, name: 'v1.0.0' })
  expect(github.releases.assets.size).toBe(0)
  expect(github.git.commitOf('v1')).toBe(commit)
  expect(result.summary).toContain('Named by `v1`, `v1.0` as well.')
  expect(github.problems).toEqual([])
})

it('a tag that cannot be moved fails the step, and the release is there', async () => {
  await using scene = await openScene()
  await using github = await openGithub()
  github.git.rules.set('majors', /^v1$/)
  const result = await scene.step('release', { ...github.inputs, 'major-tag': 'true' }, { env: github.env })
  expect(result.code).toBe(1)
  expect(failuresOf(result)).toMatchObject([
    { code: 'TAG_REFUSED', text: expect.stringContaining('"majors"') },
  ])
  expect(result.outputs).toMatchObject({ tag: 'v1.0.0' })
  expect(github.releases.only('v1.0.0').draft).toBe(false)
})

it('killed amid its uploads, the next attempt completes the draft', async () => {
  await using scene = await openScene({ files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' } })
  await using github = await openGithub({ immutable: true })
  let kill = (): unknown => undefined
  github.breakWith({ match: /POST .*name=b\.txt/, action: { kind: 'meanwhile', act: () => kill() } })
  const inputs = { ...github.inputs, assets: '*.txt' }
  const killed = await scene.step('release', inputs, {
    env: github.env,
    onStart: child => void (kill = () => child.kill('SIGKILL')),
  })
  expect(killed.signal).toBe('SIGKILL')
  expect(github.releases.only('v1.0.0').draft).toBe(true)
  const again = await scene.step('release', inputs, { env: { ...github.env, GITHUB_RUN_ATTEMPT: '2' } })
  expectSuccess(again)
  const release = github.releases.only('v1.0.0')
  expect(release).toMatchObject({ draft: false, body: expect.stringContaining('begin run=1.2 ') })
  expect(Object.keys(github.releases.contentOf(release)).sort()).toEqual([
    'a.txt',
    'b.txt',
    'c.txt',
    'checksums.txt',
  ])
})

it('a record that is none is refused', async () => {
  await using scene = await openScene({ files: { 'giropops.json': '[]' } })
  await using github = await openGithub()
  const result = await scene.step(
    'release',
    { ...github.inputs, record: 'giropops.json' },
    { env: github.env },
  )
  expect(await expectFailure(scene, result)).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(github.asked).toEqual([])
})
