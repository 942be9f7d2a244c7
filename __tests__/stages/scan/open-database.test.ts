import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { ToolCache } from '../../../src/ports.ts'
import type { DatabaseWish } from '../../../src/scan/database-wish.ts'
import { openDatabase, type DatabaseMaker } from '../../../src/scan/open-database.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { scanCache, scanFolder, standingClock } from './scan-folder.ts'

const mirror: DatabaseWish = { kind: 'mirror', place: 'https://me:secret@mirror.example/db?key=secret' }

let toolCache: ToolCache
let lines: string[]
/** What the mirror has: its database's text, which says when it was made. */
let offered: string | Failure
let fetches: number
const clock = standingClock('2026-11-24T10:00:00Z')

beforeEach(async () => {
  toolCache = await scanCache()
  lines = []
  offered = '2026-11-24T01:00:00Z'
  fetches = 0
  clock.set('2026-11-24T10:00:00Z')
})

const scanFailed = (message: string): Failure => new Failure('SCAN_FAILED', message)

/** Databases are a text that tells when they were made; older than three days is too old. */
const maker: DatabaseMaker = {
  scanner: 'grype',
  schema: '6',
  async check(folder) {
    const built = await readFile(join(folder, 'db'), 'utf8').catch(() => 'garbage')
    if (built === 'garbage') throw scanFailed('garbage')
    if (clock.now().getTime() - Date.parse(built) > 3 * 86_400_000) throw scanFailed('too old')
    return built
  },
  takeFile: async (path, folder) => writeFile(join(folder, 'db'), await readFile(path)),
  async fetch(_mirror, folder, { workshop, known }) {
    if (offered instanceof Failure) throw offered
    if (known === offered) return 'unchanged'
    fetches += 1
    await writeFile(join(workshop, 'archive'), offered)
    await writeFile(join(folder, 'db'), offered)
    return { sha256: offered }
  },
}

async function open(source: DatabaseWish = mirror) {
  const ports = fakePorts({ toolCache })
  const database = await openDatabase(maker, source, { ...ports, clock })
  lines.push(...ports.lines)
  return database
}

describe('a database of a mirror', () => {
  it('is fetched once a day, and told without secrets', async () => {
    const first = await open()
    expect(first.facts).toEqual({
      built: '2026-11-24T01:00:00Z',
      source: 'https://mirror.example/db',
      sha256: '2026-11-24T01:00:00Z',
    })
    expect(first.how).toBe('from https://mirror.example/db')
    offered = '2026-11-24T09:00:00Z'
    const again = await open()
    expect(again).toEqual({ ...first, how: 'from https://mirror.example/db, in the tool cache' })
    expect(fetches).toBe(1)
  })

  it('is fetched anew on the next day; the one of the day before stays for jobs that work with it', async () => {
    const first = await open()
    clock.set('2026-11-25T00:00:01Z')
    offered = '2026-11-25T00:00:00Z'
    const second = await open()
    expect(second.facts.built).toBe('2026-11-25T00:00:00Z')
    expect(second.folder).not.toBe(first.folder)
    expect(existsSync(join(first.folder, 'db'))).toBe(true)
  })

  it('is not fetched when the mirror still has the one of the day before', async () => {
    const first = await open()
    clock.set('2026-11-25T10:00:00Z')
    const second = await open()
    expect(second.folder).toBe(first.folder)
    expect(second.how).toContain('since an earlier day')
    expect(fetches).toBe(1)
  })

  it('is one of the last days when the mirror is gone, with a warning', async () => {
    const first = await open()
    clock.set('2026-11-26T10:00:00Z')
    offered = scanFailed('the listing cannot be reached')
    expect((await open()).folder).toBe(first.folder)
    expect(lines).toContain(
      "warning: grype's database is of an earlier day, since there is no newer one: the listing cannot be reached",
    )
  })

  it('is none when that one is too old', async () => {
    await open()
    clock.set('2026-11-28T10:00:00Z')
    offered = scanFailed('the listing cannot be reached')
    await expect(open()).rejects.toThrow('the listing cannot be reached')
  })

  it.each(['CANCELLED', 'DISK_FULL'] as const)('is not one of the last days after %s', async code => {
    await open()
    clock.set('2026-11-25T10:00:00Z')
    offered = new Failure(code, 'gone')
    await expect(open()).rejects.toMatchObject({ code })
  })

  it('is made again when the one in the cache is damaged', async () => {
    const { folder } = await open()
    await writeFile(join(folder, 'db'), 'garbage')
    const again = await open().catch((error: unknown) => error)
    expect(again).toMatchObject({ facts: { built: '2026-11-24T01:00:00Z' } })
    expect(await readFile(join(folder, 'db'), 'utf8')).toBe('2026-11-24T01:00:00Z')
    expect(lines).toContain('a database in the tool cache is not used: garbage')
  })

  it('that is garbage is not kept, and leaves nothing', async () => {
    offered = 'garbage'
    await expect(open()).rejects.toThrow('garbage')
    offered = '2026-11-24T01:00:00Z'
    const { folder } = await open()
    expect(fetches).toBe(2)
    expect(await readdir(join(folder, '..', '..', '..', '.giropops'))).toEqual([])
  })

  it('is removed when nobody can use it any more', async () => {
    const { folder } = await open()
    clock.set('2026-12-05T10:00:00Z')
    offered = '2026-12-05T01:00:00Z'
    await open()
    expect(existsSync(folder)).toBe(false)
  })

  it('of another mirror, or of another schema, is another one', async () => {
    const first = await open()
    const second = await open({ kind: 'mirror', place: 'https://other.example/db' })
    const ports = { ...fakePorts({ toolCache }), clock }
    const third = await openDatabase({ ...maker, schema: '7' }, mirror, ports)
    expect(new Set([first.folder, second.folder, third.folder]).size).toBe(3)
  })
})

describe('a database from a file', () => {
  const written = async (text: string) => {
    const path = join(await scanFolder(), 'my.tar.zst')
    await writeFile(path, text)
    return { kind: 'file', path, given: 'my.tar.zst' } as const
  }

  it('is made once for a day and its content', async () => {
    const source = await written('2026-11-23T01:00:00Z')
    const first = await open(source)
    expect(first.facts).toMatchObject({ built: '2026-11-23T01:00:00Z', source: 'my.tar.zst' })
    expect(first.facts.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect((await open(source)).folder).toBe(first.folder)
    await writeFile(source.path, '2026-11-24T01:00:00Z')
    expect((await open(source)).facts.built).toBe('2026-11-24T01:00:00Z')
  })

  it('that is gone, or none, is told', async () => {
    const source = await written('2026-11-23T01:00:00Z')
    await rm(source.path)
    const words = /^cannot read my\.tar\.zst, the scanner's database: /
    await expect(open(source)).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(/database: it is gone$/),
    })
    await mkdir(source.path)
    await expect(open(source)).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(words),
    })
  })

  it('that is garbage fails', async () => {
    await expect(open(await written('garbage'))).rejects.toMatchObject({ code: 'SCAN_FAILED' })
  })
})

describe('a full disk', () => {
  it('is told as such', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const filling: DatabaseMaker = { ...maker, fetch: () => Promise.reject(full) }
    const opening = openDatabase(filling, mirror, { ...fakePorts({ toolCache }), clock })
    await expect(opening).rejects.toMatchObject({ code: 'DISK_FULL' })
  })

  it('another error is passed on', async () => {
    const folder = await scanFolder()
    await rm(folder, { recursive: true })
    await mkdir(folder)
    const broken: DatabaseMaker = { ...maker, fetch: () => Promise.reject(new TypeError('bug')) }
    const opening = openDatabase(broken, mirror, { ...fakePorts({ toolCache }), clock })
    await expect(opening).rejects.toThrow(TypeError)
  })
})
