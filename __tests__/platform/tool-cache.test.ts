import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openToolCache } from '../../src/platform/tool-cache.ts'

const entry = { tool: 'apko', version: '1.2.39', arch: 'amd64' }
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tool-cache-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  return rm(folder, { recursive: true, force: true })
})

const target = (): string => join(folder, 'apko', '1.2.39', 'amd64')
const workshop = (): string => join(folder, '.giropops')

/** A finished folder whose one file says who made it. */
async function made(cache: ReturnType<typeof openToolCache>, by: string): Promise<string> {
  const finished = join(await cache.fresh(), 'entry')
  await mkdir(finished)
  await writeFile(join(finished, 'by'), by)
  return finished
}

describe('openToolCache', () => {
  it.each(['true', undefined])('finds only what was adopted (GITHUB_ACTIONS=%s)', async runner => {
    vi.stubEnv('GITHUB_ACTIONS', runner)
    const cache = openToolCache(folder)
    expect(await cache.find(entry)).toBeUndefined()
    expect(await cache.adopt(await made(cache, 'us'), entry)).toBe(target())
    expect(await cache.find(entry)).toBe(target())
    expect(await readFile(join(target(), 'by'), 'utf8')).toBe('us')
    expect(existsSync(`${target()}.complete`)).toBe(true)
    expect(await cache.find({ ...entry, arch: 'arm64' })).toBeUndefined()
    expect(await cache.find({ ...entry, version: '1.2.37' })).toBeUndefined()
  })

  it('leaves an equal entry of another job, and uses it', async () => {
    const [ours, theirs] = [openToolCache(folder), openToolCache(folder)]
    const [first, second] = [await made(theirs, 'them'), await made(ours, 'us')]
    await theirs.adopt(first, entry)
    expect(await ours.adopt(second, entry)).toBe(target())
    expect(await readFile(join(target(), 'by'), 'utf8')).toBe('them')
  })

  it('takes many at once', async () => {
    const caches = Array.from({ length: 8 }, () => openToolCache(folder))
    const finished = await Promise.all(caches.map((cache, index) => made(cache, `${index}`)))
    const places = await Promise.all(caches.map((cache, index) => cache.adopt(finished[index] ?? '', entry)))
    expect(new Set(places)).toEqual(new Set([target()]))
    expect(await readFile(join(target(), 'by'), 'utf8')).toMatch(/^\d$/)
    await Promise.all(caches.map(cache => cache.close()))
    expect(await readdir(workshop())).toEqual([])
  })

  it('heals what a crash left between the rename and the marker', async () => {
    const cache = openToolCache(folder)
    await cache.adopt(await made(cache, 'crashed'), entry)
    await rm(`${target()}.complete`)
    expect(await cache.find(entry)).toBeUndefined()
    await cache.adopt(await made(cache, 'healed'), entry)
    expect(await readFile(join(target(), 'by'), 'utf8')).toBe('healed')
    expect(await cache.find(entry)).toBe(target())
  })

  it('heals it also when many find it at once', async () => {
    await mkdir(join(target(), 'left'), { recursive: true })
    const caches = Array.from({ length: 8 }, () => openToolCache(folder))
    const finished = await Promise.all(caches.map((cache, index) => made(cache, `${index}`)))
    await Promise.all(caches.map((cache, index) => cache.adopt(finished[index] ?? '', entry)))
    expect(await readFile(join(target(), 'by'), 'utf8')).toMatch(/^\d$/)
    expect(await caches[0]?.find(entry)).toBe(target())
    await Promise.all(caches.map(cache => cache.close()))
    expect(await readdir(workshop())).toEqual([])
  })

  it('heals a marker without its folder, and a file in its place', async () => {
    const cache = openToolCache(folder)
    await mkdir(join(folder, 'apko', '1.2.39'), { recursive: true })
    await writeFile(`${target()}.complete`, '')
    expect(await cache.find(entry)).toBeUndefined()
    await cache.adopt(await made(cache, 'us'), entry)
    expect(await cache.find(entry)).toBe(target())

    await cache.discard(entry)
    await writeFile(target(), 'a file')
    await cache.adopt(await made(cache, 'again'), entry)
    expect(await readFile(join(target(), 'by'), 'utf8')).toBe('again')
  })

  it('discards an entry, and does not mind when there is none', async () => {
    const cache = openToolCache(folder)
    await cache.adopt(await made(cache, 'us'), entry)
    await cache.discard(entry)
    expect(await cache.find(entry)).toBeUndefined()
    expect(existsSync(target())).toBe(false)
    await cache.discard(entry)
  })

  it('removes what is left of its fresh folders at the end, and only its own', async () => {
    const [ours, theirs] = [openToolCache(folder), openToolCache(folder)]
    const fresh = await theirs.fresh()
    await writeFile(join(await ours.fresh(), 'partial'), 'x')
    await ours.close()
    expect(await readdir(workshop())).toEqual([fresh.split('/').at(-1)])
  })

  it('sweeps what dead runs, perhaps of another container, left more than a day ago', async () => {
    // No process can have this id: it is above what Linux and macOS allow.
    const [old, recent, alive] = ['99999999-a', '99999999-b', `${process.pid}-c`]
    for (const name of [old, recent, alive]) await mkdir(join(workshop(), name), { recursive: true })
    const longAgo = new Date(Date.now() - 25 * 3_600_000)
    for (const name of [old, alive]) await utimes(join(workshop(), name), longAgo, longAgo)
    const fresh = await openToolCache(folder).fresh()
    expect(new Set(await readdir(workshop()))).toEqual(new Set([recent, alive, fresh.split('/').at(-1)]))
  })

  it('names a folder that cannot be written to', async () => {
    await writeFile(join(folder, 'file'), '')
    const cache = openToolCache(join(folder, 'file', 'cache'))
    await expect(cache.fresh()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: `cannot write to the tool cache ${join(folder, 'file', 'cache')} (ENOTDIR)`,
      hint: expect.stringContaining('RUNNER_TOOL_CACHE'),
    })
  })
})
