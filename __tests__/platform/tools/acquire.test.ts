import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { architectureOfNode } from '../../../src/domain/architecture.ts'
import type { Machine } from '../../../src/domain/machine.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import { openChildren } from '../../../src/platform/children.ts'
import { openClock } from '../../../src/platform/clock.ts'
import { openHttp } from '../../../src/platform/http.ts'
import { openPatience } from '../../../src/platform/patience.ts'
import { openProcesses } from '../../../src/platform/processes.ts'
import { openToolCache } from '../../../src/platform/tool-cache.ts'
import { acquireTool } from '../../../src/tools/acquire.ts'
import { platformOf } from '../../../src/tools/release.ts'
import { makeRelease, toolScript, type MadeRelease } from '../../stages/tools/tarballs.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { startReleaseServer, type ReleaseServer } from '../../support/release-server.ts'
import { serveProxy } from '../local-servers.ts'

const version = '9.9.9'
const architecture = architectureOfNode(process.arch)
if (architecture === undefined) throw new Error(process.arch)
const os: Machine['os'] = process.platform === 'darwin' ? 'darwin' : 'linux'
const platform = platformOf({ os, architecture })

let folder: string
let cache: string
let machine: Machine
let release: MadeRelease
let server: ReleaseServer
let opened: (() => Promise<void>)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acquire-'))
  cache = join(folder, 'cache')
  machine = { os, architecture, workspace: folder, temp: folder, dockerHost: '', dockerConfig: '' }
  release = await makeRelease(join(folder, 'releases'), 'apko', { version, platform })
  server = await startReleaseServer({ folder: join(folder, 'releases') })
  opened = [() => server.close()]
})
afterEach(async () => {
  await Promise.all(opened.map(close => close()))
  await rm(folder, { recursive: true })
})

/** The real ports, as one job has them; only waits are short. */
function job({ env = {}, deadline = 20_000, cacheFolder = cache } = {}) {
  const { lines, log, secrets } = fakePorts()
  const clock = openClock()
  const http = openHttp({ env, userAgent: 'test', log })
  const toolCache = openToolCache(cacheFolder)
  opened.push(
    () => http.close(),
    () => toolCache.close(),
  )
  const ports = {
    log,
    secrets,
    clock,
    http,
    toolCache,
    patience: openPatience({ deadline, clock, random: () => 0, log }),
    processes: openProcesses({
      env: { PATH: process.env['PATH'], ASKED: join(folder, 'asked') },
      children: openChildren(),
    }),
  }
  const acquire = (sha256 = release.sha256, mirror = server.url): Promise<Tool> =>
    acquireTool({ name: 'apko', version, sha256 }, { mirror, machine }, ports)
  return { acquire, lines }
}

const entry = (): string => join(cache, 'apko', version, architecture.name)
const nothingKept = async (): Promise<void> => {
  expect(existsSync(entry())).toBe(false)
  expect(existsSync(`${entry()}.complete`)).toBe(false)
  expect(await readdir(join(cache, '.giropops')).catch(() => [])).toEqual([])
}

describe('acquireTool', () => {
  it('downloads, verifies, unpacks and asks; a second run needs neither network nor the tool', async () => {
    const tool = await job().acquire()
    expect(tool).toMatchObject({ version, path: join(entry(), 'apko'), source: 'download' })
    expect([...tool.flags]).toEqual(['--arch', '--keyring-append'])
    expect((await stat(tool.path)).mode & 0o777).toBe(0o755)
    expect(existsSync(`${entry()}.complete`)).toBe(true)
    expect(await readdir(join(cache, '.giropops'))).toEqual([])
    const asked = await readFile(join(folder, 'asked'), 'utf8')
    expect(asked.trim().split('\n').toSorted()).toEqual(['build --help', 'version'])

    await server.close()
    expect(await job().acquire()).toEqual({ ...tool, source: 'cache' })
    expect(server.requests).toHaveLength(1)
    expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(asked)
  })

  it('lets many jobs share one cache', async () => {
    const jobs = Array.from({ length: 6 }, () => job())
    const tools = await Promise.all(jobs.map(({ acquire }) => acquire()))
    expect(new Set(tools.map(({ path }) => path))).toEqual(new Set([join(entry(), 'apko')]))
    expect(await readFile(join(entry(), 'apko'), 'utf8')).toBe(toolScript(version))
    expect(await readdir(join(cache, '.giropops'))).toEqual([])
  })

  it('heals a cache in which a job died between the rename and the marker', async () => {
    await job().acquire()
    await rm(`${entry()}.complete`)
    expect(await job().acquire()).toMatchObject({ source: 'download' })
    expect(await job().acquire()).toMatchObject({ source: 'cache' })
  })

  it('replaces what came from another tarball', async () => {
    await job().acquire()
    const stem = `apko_${version}_${platform}`
    const other = await makeRelease(join(folder, 'releases'), 'apko', {
      version,
      platform,
      entries: [{ name: `${stem}/apko`, content: toolScript(version, '# another build') }],
    })
    const { acquire, lines } = job()
    expect(await acquire(other.sha256)).toMatchObject({ source: 'download', sha256: other.sha256 })
    expect(lines[0]).toMatch(/^warning: apko 9\.9\.9 in the tool cache came from a tarball with sha256/)
    expect(await readFile(join(entry(), 'apko'), 'utf8')).toContain('another build')
  })

  it('goes through a proxy', async () => {
    await using proxy = await serveProxy()
    const port = new URL(server.url).port
    const { acquire } = job({ env: { http_proxy: proxy.url } })
    expect(await acquire(undefined, `http://mirror.test:${port}`)).toMatchObject({ source: 'download' })
    expect(proxy.requests).toEqual([`http://mirror.test:${port}${release.path}`])
  })
})

describe('trouble on the way', () => {
  const tarball = '.tar.gz'

  it('a truncated answer is resumed where it ended', async () => {
    server.faults.push(
      { path: tarball, times: 1, kind: 'truncate', after: 1000, announced: true },
      { path: tarball, times: 1, kind: 'reset', after: 50 },
    )
    const { acquire, lines } = job()
    expect(await acquire()).toMatchObject({ source: 'download' })
    const [first, second, third] = server.requests
    expect(first?.headers.range).toBeUndefined()
    expect(second?.headers).toMatchObject({ range: 'bytes=1000-', 'if-range': expect.stringMatching(/^"/) })
    expect(second?.status).toBe(206)
    expect(third?.headers.range).toMatch(/^bytes=10\d\d-$/)
    expect(lines.filter(line => line.includes('again in'))).toHaveLength(2)
  })

  it('a file that changed meanwhile is begun anew', async () => {
    server.faults.push({ path: tarball, times: 1, kind: 'truncate', after: 1000, announced: true })
    const { acquire } = job()
    const acquiring = acquire()
    while (server.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
    await writeFile(join(folder, 'releases', release.path), release.bytes)
    expect(await acquiring).toMatchObject({ source: 'download' })
    expect(server.requests.map(({ status }) => status)).toEqual([200, expect.toBeOneOf([200, 206])])
  })

  it('outages are waited out, as long as the server asks', async () => {
    server.faults.push({
      path: tarball,
      times: 1,
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
    })
    const { acquire, lines } = job()
    expect(await acquire()).toMatchObject({ source: 'download' })
    expect(lines[0]).toMatch(/answered 429 for apko 9\.9\.9 for .*, again in 1\.0 s \(try 2\)$/)
  })

  it('lasting outages end with the deadline', async () => {
    server.faults.push({
      path: tarball,
      times: 99,
      kind: 'status',
      status: 503,
      headers: { 'retry-after': '9' },
    })
    await expect(job({ deadline: 1000 }).acquire()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('answered 503'),
    })
    await nothingKept()
  })

  it('a mirror that is not there is named', async () => {
    await server.close()
    await expect(job({ deadline: 0 }).acquire()).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringContaining('connection refused'),
    })
    await nothingKept()
  })

  it.each([
    [404, /has no apko 9\.9\.9/],
    [403, /refuses apko 9\.9\.9/],
    [401, /refuses apko 9\.9\.9/],
  ])('%s is final', async (status, message) => {
    server.faults.push({ path: tarball, times: 1, kind: 'status', status })
    await expect(job().acquire()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(message),
    })
    expect(server.requests).toHaveLength(1)
    await nothingKept()
  })

  it('a login page is final', async () => {
    server.faults.push({ path: tarball, times: 1, kind: 'html' })
    await expect(job().acquire()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('a proxy or login page?'),
    })
    await nothingKept()
  })

  it.each([
    ['spoilt', { kind: 'corrupt', at: 5000 }],
    ['silently truncated', { kind: 'truncate', after: 5000, announced: false }],
  ] as const)('a %s tarball is refused, and not asked for again', async (_, trouble) => {
    server.faults.push({ path: tarball, times: 1, ...trouble })
    await expect(job().acquire()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    expect(server.requests).toHaveLength(1)
    await nothingKept()
  })

  it('a tarball that leaves its folder is refused, and nothing of it kept', async () => {
    const stem = `apko_${version}_${platform}`
    const evil = await makeRelease(join(folder, 'releases'), 'apko', {
      version,
      platform,
      entries: [
        { name: `${stem}/apko`, content: toolScript(version) },
        { name: `${stem}/../../../evil`, content: 'evil' },
      ],
    })
    await expect(job().acquire(evil.sha256)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' })
    expect(existsSync(join(folder, 'evil'))).toBe(false)
    await nothingKept()
  })

  it('a tool that cannot run here is refused', async () => {
    const stem = `apko_${version}_${platform}`
    const foreign = await makeRelease(join(folder, 'releases'), 'apko', {
      version,
      platform,
      entries: [{ name: `${stem}/apko`, content: '#!/no/such/loader\n' }],
    })
    await expect(job().acquire(foreign.sha256)).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: expect.stringMatching(/^this apko cannot be used on .*: the loader or library/),
    })
    await nothingKept()
  })
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(!canMount)('a full disk (needs root, to mount a small file system)', () => {
  it.each([
    ['before it begins', 'nr_inodes=2'],
    ['while downloading', 'size=32k'],
    ['while unpacking', 'size=420k'],
  ])('%s is named, and nothing is kept', async (_, limit) => {
    const small = join(folder, 'small')
    await mkdir(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', limit, 'tmpfs', small])
    try {
      await expect(job({ cacheFolder: small }).acquire()).rejects.toMatchObject({
        code: 'DISK_FULL',
        message: expect.stringContaining(`no space left in ${small}`),
        hint: expect.stringContaining('RUNNER_TOOL_CACHE'),
      })
      expect(await readdir(join(small, '.giropops'))).toEqual([])
      expect(await readdir(small)).toEqual(['.giropops'])
    } finally {
      execFileSync('umount', [small])
    }
  })
})
