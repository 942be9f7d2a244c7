import { existsSync } from 'node:fs'
import { appendFile, glob, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { firstMemberLength } from '../../src/domain/gzip-member.ts'
import { findEntry } from '../../src/melange/apk-archive.ts'
import { runCli } from '../support/bundle/cli.ts'
import { buildThree, layOutThree, packagesIn } from '../support/e2e/three-packages.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'
import { startScopedCaches } from '../support/scoped-caches.ts'

let workshop: Workshop

beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

const archs = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64') ? ['x86_64', 'aarch64'] : ['x86_64']
const onAll = (...names: readonly string[]): readonly string[] =>
  names.flatMap(name => archs.map(arch => `${name} ${arch}`)).toSorted()
const onOne = (...names: readonly string[]): readonly string[] =>
  names.map(name => `${name} x86_64`).toSorted()

async function startThree(): Promise<Job> {
  const job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  await layOutThree(job.workspace)
  return job
}

function expectParts(step: StepResult, built: readonly string[], skipped: readonly string[]): void {
  if (step.code !== 0) throw new Error(step.raw)
  expect({ built: packagesIn(step, 'built'), skipped: packagesIn(step, 'skipped') }).toEqual({
    built,
    skipped,
  })
}

const warningsIn = ({ annotations }: StepResult): readonly string[] =>
  annotations.filter(({ command }) => command === 'warning').map(({ message }) => message)
const touch = (job: Job, name: string): Promise<void> =>
  appendFile(join(job.workspace, 'pkgs', name, 'text'), 'more\n')

it('rebuilds what changed and exactly what depends on it, on two architectures', async () => {
  await using job = await startThree()
  const build = () => buildThree({ job, workshop }, { platforms: archs.join(',') })
  expectParts(await build(), onAll('liba', 'appb', 'plug', 'lone'), [])
  expectParts(await build(), [], onAll('liba', 'appb', 'plug', 'lone'))
  await touch(job, 'appb')
  const changed = await build()
  expectParts(changed, onAll('appb', 'plug'), onAll('liba', 'lone'))
  for (const arch of archs) {
    const apk = join(changed.outputs['packages'] ?? '', arch, 'plug-1.0.0-r0.apk')
    const text = await findEntry(apk, name => name.endsWith('usr/share/plug/text'))
    expect(text?.text).toBe('text of plug\ntext of appb\nmore\ntext of liba\ntext of liba\n')
  }
})

it('does so without apko, too, by all that the indexes offer', async () => {
  await using job = await startThree()
  const none = { 'apko-version': '99.0.0', 'apko-sha256': '0'.repeat(64) }
  const build = () => buildThree({ job, workshop, action: 'package' }, { platforms: 'amd64', ...none })
  const first = await build()
  expectParts(first, onOne('liba', 'appb', 'plug', 'lone'), [])
  expect(first.log).toMatch(/^apko, which would tell more of what packages are built with, is not here: /m)
  await touch(job, 'appb')
  expectParts(await build(), onOne('appb', 'plug'), onOne('liba', 'lone'))
})

it('never takes what was damaged, cut short or put there by others: a warning each, and all is built', async () => {
  await using job = await startThree()
  const build = () => buildThree({ job, workshop }, { platforms: 'amd64' })
  expectParts(await build(), onOne('liba', 'appb', 'plug', 'lone'), [])
  const stored = join(job.temp, 'giropops-cache/packages')
  const entryOf = async (name: string): Promise<string> => {
    const [found = ''] = await Array.fromAsync(glob(`*/${name}-1.0.0-r0.apk`, { cwd: stored }))
    return join(stored, found)
  }
  const [lone, plug, liba] = [await entryOf('lone'), await entryOf('plug'), await entryOf('liba')]
  const bytes = await readFile(lone)
  bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
  await writeFile(lone, bytes)
  await truncate(plug, 100)
  // Another package, whole and signed, in the place of this one.
  await writeFile(liba, await readFile(await entryOf('appb')))
  const poisoned = await build()
  expectParts(poisoned, onOne('liba', 'plug', 'lone'), onOne('appb'))
  expect(warningsIn(poisoned).toSorted()).toEqual([
    expect.stringMatching(/^a stored package is damaged and built anew: liba-1\.0\.0-r0\.apk /),
    expect.stringMatching(
      /^a stored package is damaged and built anew: lone-1\.0\.0-r0\.apk is not what was kept/,
    ),
    expect.stringMatching(/^a stored package is damaged and built anew: plug-1\.0\.0-r0\.apk has 100 bytes/),
  ])
  expectParts(await build(), [], onOne('liba', 'appb', 'plug', 'lone'))
})

it('makes packages that do not tell where they were made, so that they are equal for those that need them', async () => {
  await using job = await startThree()
  const signed = async (inputs: Readonly<Record<string, string>>): Promise<readonly Buffer[]> => {
    const step = await buildThree({ job, workshop }, { platforms: 'amd64', cache: 'false', ...inputs })
    expectParts(step, onOne('liba', 'appb', 'plug', 'lone'), [])
    const apks = ['liba', 'appb', 'plug'].map(name =>
      join(step.outputs['packages'] ?? '', `x86_64/${name}-1.0.0-r0.apk`),
    )
    const bytes = await Promise.all(apks.map(apk => readFile(apk)))
    return bytes.map(each => each.subarray(firstMemberLength(each)))
  }
  const [one, other] = [await signed({}), await signed({ output: 'out' })]
  expect(one.map((bytes, at) => bytes.equals(other[at] ?? Buffer.alloc(0)))).toEqual([true, true, true])
})

it('serves two runs at once, from an empty store and from a full one', async () => {
  await using job = await startThree()
  const build = () => buildThree({ job, workshop }, { platforms: 'amd64', jobs: '1' })
  const all = onOne('liba', 'appb', 'plug', 'lone')
  for (const [built, skipped] of [
    [all, []],
    [[], all],
  ] as const) {
    const both = await Promise.all([build(), build()])
    for (const each of both) {
      expectParts(each, built, skipped)
      expect(warningsIn(each)).toEqual([])
    }
  }
})

it('keeps packages and downloads of a laptop, but nothing that no other run finds again', async () => {
  await using job = await startThree()
  const { 'apko-config': _, 'env-file': __, ...own } = workshop.inputs('1.2.31', '0.56.5')
  const inputs = { ...own, 'melange-config': 'pkgs/*/melange.yaml', platforms: 'amd64' }
  const cache = join(job.root, 'cache')
  const run = () =>
    runCli(
      Object.entries(inputs).map(([name, text]) => `--${name}=${text}`),
      {
        cwd: job.workspace,
        env: { PATH: process.env['PATH'] ?? '', TMPDIR: job.temp, XDG_CACHE_HOME: cache },
      },
    )
  const [first, second] = [await run(), await run()]
  expect([first.code, second.code, second.stdout.includes('built=[]')]).toEqual([0, 0, true])
  const downloads = await readdir(join(cache, 'giropops-build/cache/downloads'))
  expect(downloads.map(decodeURIComponent)).toEqual([`file://${workshop.distribution.folder}`])
})

it('takes nothing for a tag, of what a run before left', async () => {
  await using job = await startThree()
  const build = (env: Readonly<Record<string, string>> = {}) =>
    buildThree({ job, workshop }, { platforms: 'amd64' }, { env })
  const all = onOne('liba', 'appb', 'plug', 'lone')
  expectParts(await build(), all, [])
  const tagged = await build({ GITHUB_REF: 'refs/tags/v1.0.0' })
  expectParts(tagged, all, [])
  expect(tagged.annotations.map(({ message }) => message)).toContain(
    'Everything is built anew, without the cache: this run is for the tag v1.0.0. With "cache: true" it would be used all the same.',
  )
})

it('builds on a pull request only what it changes, from what the base branch left in the cache of GitHub', async () => {
  await using job = await startThree()
  await using caches = await startScopedCaches()
  const run = async (
    ref: string,
    event: string,
    env: Readonly<Record<string, string>>,
  ): Promise<StepResult> => {
    const step = await buildThree(
      { job, workshop },
      { platforms: 'amd64' },
      { env: { ...env, GITHUB_REF: ref, GITHUB_EVENT_NAME: event } },
    )
    // The next job is on a machine of its own.
    await rm(join(job.temp, 'giropops-cache'), { recursive: true, force: true })
    return step
  }
  const [main, pull] = ['refs/heads/main', 'refs/pull/7/merge']
  const all = onOne('liba', 'appb', 'plug', 'lone')
  expectParts(await run(main, 'push', caches.env(main)), all, [])
  const kept = caches.entries
  expect(kept).toEqual([expect.stringMatching(/^refs\/heads\/main giropops-packages-1-linux-/)])
  await touch(job, 'appb')
  const changed = await run(pull, 'pull_request', caches.env(pull, [main]))
  expectParts(changed, onOne('appb', 'plug'), onOne('liba', 'lone'))
  expect(warningsIn(changed)).toEqual([])
  // What it built is for itself alone: the base branch does not see it.
  expect(caches.entries.filter(entry => entry.startsWith(main))).toEqual(kept)
  expectParts(await run(pull, 'pull_request', caches.env(pull, [main])), [], all)
  expectParts(await run(main, 'push', caches.env(main)), onOne('appb', 'plug'), onOne('liba', 'lone'))
})
