import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRunCaches, type RunCaches } from '../../../src/pipeline/run-caches.ts'
import { fakeJobCache, type FakeJobCache } from '../../support/fake-job-cache.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { machineAt, temporaryFolder } from '../../support/melange-fixtures.ts'
import { apk } from '../../support/package-store-scene.ts'

const key = 'a'.repeat(64)

interface Run {
  readonly caches: RunCaches
  readonly folder: string
  readonly lines: readonly string[]
}

async function run(
  cache: FakeJobCache,
  {
    use = true,
    notice,
    scope = 'x86_64',
    workflow = true,
    folder = join(temporaryFolder(), 'cache'),
    packages = true,
  }: {
    use?: boolean
    notice?: string
    scope?: string
    workflow?: boolean
    folder?: string
    packages?: boolean
  } = {},
): Promise<Run> {
  const { log, clock, lines } = fakePorts()
  const machine = machineAt(temporaryFolder())
  const world = { log, clock, machine, context: { workflow }, cacheFolder: folder, jobCache: cache }
  const policy = { use, ...(notice === undefined ? {} : { notice }) }
  return { caches: await openRunCaches({ policy, scope, packages }, world), folder, lines }
}

async function download({ caches }: Run, path: string): Promise<string> {
  const file = join(caches.downloads, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'bytes')
  return file
}

async function find({ caches }: Run): Promise<readonly string[] | undefined> {
  return caches.store?.find(key, temporaryFolder())
}

describe('the caches of a run', () => {
  it('hand packages and downloads on to the next run, on another machine', async () => {
    const cache = fakeJobCache()
    const first = await run(cache)
    expect(await find(first)).toBeUndefined()
    await first.caches.store?.keep(key, [apk])
    await download(first, 'https%3A%2F%2Fexample.org/x86_64/a-1-r0/a.ctl.tar.gz')
    await first.caches.save()
    const second = await run(cache)
    expect(await find(second)).toHaveLength(1)
    expect(await readdir(second.caches.downloads)).toEqual(['https%3A%2F%2Fexample.org'])
    expect([first.lines, second.lines]).toEqual([[], []])
  })

  it('keep the same once, and nothing when there is nothing', async () => {
    const cache = fakeJobCache()
    await (await run(cache)).caches.save()
    expect(cache.saved).toEqual([])
    const first = await run(cache)
    await first.caches.store?.keep(key, [apk])
    await first.caches.save()
    const second = await run(cache)
    await second.caches.save()
    expect(cache.saved).toEqual([
      expect.stringMatching(/^giropops-packages-1-linux-x86_64-x86_64-[\da-f]{32}$/),
    ])
  })

  it('prefer what the same job left, and take what another left', async () => {
    const cache = fakeJobCache()
    for (const scope of ['x86_64', 'leg/2']) {
      const each = await run(cache, { scope })
      await each.caches.store?.keep(scope === 'x86_64' ? key : 'b'.repeat(64), [apk])
      await each.caches.save()
    }
    const entries = async (scope: string): Promise<readonly string[]> =>
      (await readdir(join((await run(cache, { scope })).folder, 'packages'))).toSorted()
    expect(await entries('x86_64')).toEqual(['.fresh', key])
    expect(await entries('leg/3')).toEqual(['.fresh', key, 'b'.repeat(64)])
    expect(cache.saved[1]).toContain('-leg_2-')
  })

  it('do not ask the runner where the folder lasts, nor on a laptop', async () => {
    const cache = fakeJobCache()
    const first = await run(cache, { workflow: false })
    await first.caches.store?.keep(key, [apk])
    await first.caches.save()
    expect(await find(await run(cache, { workflow: false, folder: first.folder }))).toHaveLength(1)
    expect([cache.saved, cache.asked]).toEqual([[], []])
    await run(cache, { folder: first.folder })
    expect(cache.asked.filter(asked => asked.includes('packages'))).toEqual([])
  })

  it('are of the run alone when they are off, and say why once', async () => {
    const cache = fakeJobCache()
    const { caches, folder, lines } = await run(cache, { use: false, notice: 'built anew: a release' })
    expect(caches.store).toBeUndefined()
    expect(caches.downloads.startsWith(folder)).toBe(false)
    await caches.save()
    expect([cache.asked, cache.saved, existsSync(folder)]).toEqual([[], [], false])
    expect(lines).toEqual(['notice: built anew: a release'])
  })

  it('do not keep what came from folders of this machine', async () => {
    const first = await run(fakeJobCache())
    await download(first, 'file%3A%2F%2F%2Ftmp%2Fpackages/x86_64/a-1-r0/a.ctl.tar.gz')
    await download(first, 'https%3A%2F%2Fexample.org/x86_64/a-1-r0/a.ctl.tar.gz')
    await first.caches.save()
    expect(await readdir(first.caches.downloads)).toEqual(['https%3A%2F%2Fexample.org'])
  })

  it('keep all of that on a laptop, where another run may be using it', async () => {
    const first = await run(fakeJobCache(), { workflow: false })
    await truncate(
      await download(first, 'file%3A%2F%2F%2Ftmp%2Fpackages/x86_64/a-1-r0/a.ctl.tar.gz'),
      1024 ** 3 + 1,
    )
    await first.caches.save()
    expect(await readdir(first.caches.downloads)).toEqual(['file%3A%2F%2F%2Ftmp%2Fpackages'])
  })

  it('do not bring packages where none are built', async () => {
    const cache = fakeJobCache()
    const { caches } = await run(cache, { packages: false })
    expect([caches.store, cache.asked]).toEqual([undefined, [expect.stringContaining('downloads')]])
  })

  it('begin downloads anew when there are too many', async () => {
    const cache = fakeJobCache()
    const first = await run(cache)
    await truncate(await download(first, 'https%3A%2F%2Fexample.org/huge'), 1024 ** 3 + 1)
    await first.caches.save()
    expect([await readdir(first.caches.downloads), cache.saved]).toEqual([[], []])
  })

  it('survive a job cache that brings rubbish', async () => {
    const rubbish = temporaryFolder()
    await mkdir(join(rubbish, key))
    await writeFile(join(rubbish, key, 'manifest.json'), '{')
    const cache = fakeJobCache()
    const poisoned = {
      ...cache,
      restore: async (_: string, __: unknown, folder: string) => (
        await cp(rubbish, folder, { recursive: true }),
        'x'
      ),
    }
    const second = await run(poisoned)
    expect(await find(second)).toBeUndefined()
    expect(second.lines).toEqual([expect.stringMatching(/^warning: a stored package is damaged/)])
  })
})

const openToAll = async (folder: string): Promise<void> => chmod(folder, 0o777)
const asFile = async (folder: string): Promise<void> => writeFile(folder, '')
const asLink = async (folder: string): Promise<void> => symlink('/nowhere/at/all', folder)

describe('a folder of the cache', () => {
  const everybody = 'everybody may write to it'
  const alone = (folder: string, reason: unknown): readonly unknown[] => [
    expect.stringMatching(
      new RegExp(`^warning: the cache folder ${folder} is left alone: ${String(reason)}`),
    ),
  ]

  it.each([
    ['the cache itself', '', everybody],
    ['packages', 'packages', everybody],
    ['downloads', 'downloads', everybody],
  ])('that everybody may write to is left alone: %s', async (_, kind, reason) => {
    const cache = fakeJobCache()
    const first = await run(cache)
    await download(first, 'https%3A%2F%2Fexample.org/x')
    await first.caches.store?.keep(key, [apk])
    await openToAll(join(first.folder, kind))
    const second = await run(cache, { folder: first.folder })
    expect(second.lines).toEqual(alone(join(first.folder, kind), reason))
    expect((await find(second))?.length).toBe(kind === 'downloads' ? 1 : undefined)
    expect(second.caches.downloads.startsWith(first.folder)).toBe(kind === 'packages')
    await second.caches.save()
    expect(second.lines).toHaveLength(1)
  })

  it.runIf(userInfo().uid === 0)('of another user is left alone', async () => {
    const folder = join(temporaryFolder(), 'cache')
    await mkdir(join(folder, 'downloads'), { recursive: true })
    await chown(join(folder, 'downloads'), 12345, 12345)
    const { lines } = await run(fakeJobCache(), { folder })
    expect(lines).toEqual(alone(join(folder, 'downloads'), 'it belongs to another user'))
  })

  it.runIf(userInfo().uid !== 0)('without permission ends no run', async () => {
    const folder = join(temporaryFolder(), 'cache')
    await mkdir(folder, { mode: 0o500 })
    const { lines } = await run(fakeJobCache(), { folder })
    expect(lines).toEqual(alone(folder, 'there is no permission'))
  })

  it.each([
    ['the cache itself, a file', '', asFile],
    ['the cache itself, a link to nowhere', '', asLink],
    ['packages, a file', 'packages', asFile],
    ['packages, a link to nowhere', 'packages', asLink],
    ['downloads, a file', 'downloads', asFile],
    ['downloads, a link to nowhere', 'downloads', asLink],
  ])('that cannot be used ends no run: %s', async (_, kind, spoil) => {
    const folder = join(temporaryFolder(), 'cache')
    if (kind !== '') await mkdir(folder)
    await spoil(join(folder, kind))
    const { caches, lines } = await run(fakeJobCache(), { folder })
    expect(lines).toEqual(alone(join(folder, kind), '.'))
    expect(caches.store === undefined).toBe(kind !== 'downloads')
    expect(caches.downloads.startsWith(folder)).toBe(kind === 'packages')
    await caches.save()
    expect(lines).toHaveLength(1)
  })

  it('below a file ends no run', async () => {
    const file = join(temporaryFolder(), 'file')
    await writeFile(file, '')
    const { lines } = await run(fakeJobCache(), { folder: join(file, 'giropops-build', 'cache') })
    expect(lines).toEqual(alone(join(file, 'giropops-build', 'cache'), 'a part of its path is no folder'))
  })
})
