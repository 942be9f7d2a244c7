import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findArchitecture } from '../../../src/domain/architecture.ts'
import { sha256Hex } from '../../../src/domain/digest.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { Machine } from '../../../src/domain/machine.ts'
import { Transient } from '../../../src/domain/transient.ts'
import type { HttpResponse, ToolCache } from '../../../src/ports.ts'
import { acquireTool } from '../../../src/tools/acquire.ts'
import { fakePorts, type FakePorts, type Script } from '../../support/fake-ports.ts'
import { makeRelease, type MadeRelease } from './tarballs.ts'

const mirror = 'https://mirror.example'
const [version, platform] = ['9.9.9', 'linux_amd64']

let folder: string
let machine: Machine
let release: MadeRelease
let cacheFolder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acquire-'))
  cacheFolder = join(folder, 'cache')
  const architecture = findArchitecture('amd64')
  if (architecture === undefined) throw new Error('amd64')
  machine = { os: 'linux', architecture, workspace: folder, temp: folder, dockerHost: '', dockerConfig: '' }
  release = await makeRelease(folder, 'apko', { version, platform })
})
afterEach(() => rm(folder, { recursive: true }))

/** One entry, found by whoever asks. */
const toolCache: ToolCache = {
  async find() {
    return existsSync(join(cacheFolder, 'entry')) ? join(cacheFolder, 'entry') : undefined
  },
  fresh: () => mkdtemp(join(folder, 'fresh-')),
  async adopt(made) {
    await mkdir(cacheFolder, { recursive: true })
    await rename(made, join(cacheFolder, 'entry'))
    return join(cacheFolder, 'entry')
  },
  discard: () => rm(join(cacheFolder, 'entry'), { recursive: true, force: true }),
}

const versionText = 'GitVersion:    v9.9.9\n'
const helpText = 'Flags:\n      --arch strings   x\n      --lockfile string   x\n'
const processes: Script['processes'] = {
  apko: ({ args }) => ({ stdout: args[0] === 'version' ? versionText : helpText }),
}

const response = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  url: mirror,
  body: Readable.from([body].flat()),
})
const whole = async (): Promise<HttpResponse> =>
  response(200, release.bytes, { 'content-length': `${release.bytes.length}` })

const acquire = (ports: FakePorts, wish: { version?: string; sha256?: string } = {}) =>
  acquireTool(
    { name: 'apko', version: wish.version ?? version, sha256: wish.sha256 ?? release.sha256 },
    { mirror, machine },
    ports,
  )
const leftovers = async (): Promise<string[]> =>
  (await readdir(folder)).filter(name => name.startsWith('fresh-'))

describe('a release', () => {
  it('is downloaded once, then taken from the cache without asking anybody', async () => {
    const ports = fakePorts({ processes, toolCache, http: whole })
    const tool = await acquire(ports)
    expect(tool).toEqual({
      name: 'apko',
      version,
      path: join(cacheFolder, 'entry', 'apko'),
      sha256: release.sha256,
      source: 'download',
      flags: new Set(['--arch', '--lockfile']),
    })
    expect((await stat(tool.path)).mode & 0o777).toBe(0o755)
    expect(ports.requests.map(({ url }) => url)).toEqual([`${mirror}${release.path}`])
    expect(ports.commands.map(({ args }) => args.join(' '))).toEqual(['version', 'build --help'])
    expect(ports.lines).toEqual([`apko 9.9.9 for linux/amd64: downloaded from ${mirror}`])
    expect(await leftovers()).toEqual([])

    const second = fakePorts({ toolCache })
    expect(await acquire(second)).toEqual({ ...tool, source: 'cache' })
    expect([second.requests, second.commands]).toEqual([[], []])
    expect(second.lines).toEqual(['apko 9.9.9 for linux/amd64: from the tool cache'])
  })

  it('in the cache that came from another tarball is replaced, with a warning', async () => {
    await acquire(fakePorts({ processes, toolCache, http: whole }))
    const record = join(cacheFolder, 'entry', 'giropops.json')
    await writeFile(record, (await readFile(record, 'utf8')).replace(release.sha256, 'b'.repeat(64)))
    const ports = fakePorts({ processes, toolCache, http: whole })
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.lines[0]).toBe(
      `warning: apko 9.9.9 in the tool cache came from a tarball with sha256 ${'b'.repeat(64)}; it is replaced`,
    )
    expect(await acquire(fakePorts({ toolCache }))).toMatchObject({ source: 'cache' })
  })

  it.each([
    ['without our record', 'giropops.json', undefined],
    ['with a record that is not JSON', 'giropops.json', '{'],
    ['with a record of another shape', 'giropops.json', '[]'],
    ['with a binary that was cut', 'apko', '#!'],
  ])('in the cache %s is replaced, with a warning', async (_, file, content) => {
    await acquire(fakePorts({ processes, toolCache, http: whole }))
    const path = join(cacheFolder, 'entry', file)
    if (content === undefined) await rm(path)
    else await writeFile(path, content)
    const ports = fakePorts({ processes, toolCache, http: whole })
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.lines[0]).toBe(
      'warning: apko 9.9.9 in the tool cache is not whole or not ours; it is replaced',
    )
  })

  it('that another job puts into the cache meanwhile is used', async () => {
    const ports = fakePorts({
      processes,
      toolCache,
      http: async () => {
        await acquire(fakePorts({ processes, toolCache, http: whole }))
        return whole()
      },
    })
    expect(await acquire(ports)).toMatchObject({ path: join(cacheFolder, 'entry', 'apko') })
    expect(await leftovers()).toEqual([])
  })

  it('that others keep replacing is given up', async () => {
    const contested: ToolCache = {
      ...toolCache,
      async find() {
        const theirs = join(folder, 'theirs')
        await mkdir(theirs, { recursive: true })
        return theirs
      },
    }
    const ports = fakePorts({ processes, toolCache: contested, http: whole })
    await expect(acquire(ports)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: 'other jobs keep replacing apko 9.9.9 in the tool cache',
    })
  })

  it('of the catalogue takes a given sha256 above its own', async () => {
    const own = await makeRelease(folder, 'apko', { version: '1.2.39', platform })
    const http = async (): Promise<HttpResponse> => response(200, own.bytes)
    const ports = fakePorts({ processes, toolCache, http })
    expect(await acquire(ports, { version: '1.2.39', sha256: own.sha256 })).toMatchObject({
      sha256: own.sha256,
    })
    expect(ports.lines[0]).toBe("apko 1.2.39: the given apko-sha256 stands in for the catalogue's")
  })

  it('with another sha256 is refused at once, and nothing is kept', async () => {
    const ports = fakePorts({ processes, toolCache, http: whole })
    await expect(acquire(ports, { sha256: 'c'.repeat(64) })).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      message: `the tarball of apko 9.9.9 for linux/amd64 from ${mirror} has sha256 ${release.sha256}; expected: ${'c'.repeat(64)}`,
      hint: expect.stringContaining('Nothing of it was kept.'),
    })
    expect(ports.requests).toHaveLength(1)
    expect([await leftovers(), await toolCache.find({ tool: '', version: '', arch: '' })]).toEqual([
      [],
      undefined,
    ])
  })
})

describe('a download', () => {
  /** Answers the requests one after the other. */
  const answers = (...all: readonly (HttpResponse | Error)[]): Script => {
    const left = [...all]
    return {
      processes,
      toolCache,
      http: async () => {
        const next = left.shift()
        if (next === undefined || next instanceof Error) throw next ?? new Error('one request too many')
        return next
      },
    }
  }
  const outage = new Transient(new Failure('NETWORK_FAILED', 'cannot reach mirror.example: connection reset'))
  const part = (from: number, to?: number): Buffer => release.bytes.subarray(from, to)
  const length = (bytes: number): Record<string, string> => ({ 'content-length': `${bytes}` })

  it('is repeated after what passes', async () => {
    const ports = fakePorts(answers(outage, response(503, 'busy'), await whole()))
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.lines.slice(0, 2)).toEqual([
      'retry: download of apko 9.9.9 for linux/amd64: cannot reach mirror.example: connection reset',
      `retry: download of apko 9.9.9 for linux/amd64: ${mirror} answered 503 for apko 9.9.9 for linux/amd64`,
    ])
  })

  it('ends with the last outage when patience does', async () => {
    await expect(acquire(fakePorts(answers(outage, outage, outage)))).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
    })
    expect(await leftovers()).toEqual([])
  })

  it.each([
    ['etag', '"abc"'],
    ['last-modified', 'Fri, 02 Jan 2026 03:04:05 GMT'],
  ])('is resumed when the server names its bytes by %s', async (header, validator) => {
    const total = release.bytes.length
    const ports = fakePorts(
      answers(
        response(200, part(0, 1000), { ...length(total), [header]: validator }),
        response(206, part(1000, 3000), {
          [header]: validator,
          ...length(total - 1000),
          'content-range': `bytes 1000-${total - 1}/${total}`,
        }),
        response(206, [part(3000)], { 'content-range': `bytes 3000-${total - 1}/${total}` }),
      ),
    )
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.requests.map(({ headers }) => headers)).toEqual([
      {},
      { range: 'bytes=1000-', 'if-range': validator },
      { range: 'bytes=3000-', 'if-range': validator },
    ])
    expect(ports.lines[0]).toContain(`came with 1000 of ${total} bytes`)
  })

  it.each([
    ['weak', { etag: 'W/"abc"' }],
    ['missing', {}],
  ])('is begun anew when the name of its bytes is %s', async (_, headers) => {
    const cut = response(200, part(0, 1000), { ...length(release.bytes.length), ...headers })
    const ports = fakePorts(answers(cut, await whole()))
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.requests[1]?.headers).toEqual({})
  })

  it('is begun anew when the server sends all of it instead of the rest', async () => {
    const cut = response(200, part(0, 1000), { ...length(release.bytes.length), etag: '"a"' })
    const ports = fakePorts(answers(cut, await whole()))
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.requests[1]?.headers).toHaveProperty('range', 'bytes=1000-')
  })

  it.each([
    ['another part', 206, { 'content-range': 'bytes 500-999/1000' }],
    ['a part of unknown place', 206, {}],
    ['no such range', 416, {}],
  ])('is begun anew after %s', async (_, status, headers) => {
    const cut = response(200, part(0, 1000), { ...length(release.bytes.length), etag: '"a"' })
    const ports = fakePorts(answers(cut, response(status, part(500), headers), await whole()))
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.requests.map(request => request.headers?.['range'])).toEqual([
      undefined,
      'bytes=1000-',
      undefined,
    ])
  })

  it('is begun anew when more came than was announced', async () => {
    const long = response(200, [release.bytes, release.bytes], {
      ...length(release.bytes.length),
      etag: '"a"',
    })
    const ports = fakePorts(answers(long, await whole()))
    expect(await acquire(ports)).toMatchObject({ source: 'download' })
    expect(ports.requests[1]?.headers).toEqual({})
  })

  it.each([
    ['an HTML page', '<!doctype html>', { 'content-type': 'text/html' }],
    ['an HTML page', '\n <html>', {}],
    ['something that is not gzip', 'PK\u0003\u0004', {}],
  ])('that brings %s fails saying so', async (what, body, headers) => {
    const ports = fakePorts(answers(response(200, Buffer.from(body), headers)))
    await expect(acquire(ports)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: `${mirror} gave ${what} instead of the tarball of apko 9.9.9 for linux/amd64: a proxy or login page?`,
    })
  })

  it.each([404, 403, 401, 400])('that is answered %s fails at once', async status => {
    const ports = fakePorts(answers(response(status, 'no')))
    await expect(acquire(ports)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
    expect(await leftovers()).toEqual([])
  })

  it('that takes long tells how far it is', async () => {
    let now = 0
    const script = answers(response(200, [part(0, 1000), part(1000)], length(release.bytes.length)))
    const fake = fakePorts(script)
    const clock = { ...fake.clock, now: () => new Date((now += 3000)) }
    await acquire({ ...fake, clock })
    expect(fake.lines.filter(line => line.includes(' MB of '))).toHaveLength(1)
  })
})

describe('an unknown version', () => {
  const wanted = { name: 'apko', version: '1.2.38' } as const
  const stem = 'apko_1.2.38_linux_amd64.tar.gz'
  const ask = (http: Script['http']): Promise<unknown> => {
    const ports = fakePorts({ toolCache, ...(http && { http }) })
    return acquireTool(wanted, { mirror, machine }, ports).finally(() => {
      expect(ports.requests.map(({ url }) => url)).toEqual([
        `${mirror}/chainguard-dev/apko/releases/download/v1.2.38/checksums.txt`,
      ])
      expect(ports.lines).toEqual([])
    })
  }

  it('names what checksums.txt says of it, which is no trust', async () => {
    const body = Buffer.from(`${'e'.repeat(64)}  other.tar.gz\n${'d'.repeat(64)}  ${stem}\n`)
    await expect(ask(async () => response(200, body))).rejects.toMatchObject({
      code: 'TOOL_UNKNOWN',
      message: 'the catalogue has no sha256 of apko 1.2.38 for linux/amd64',
      hint: `Give apko-sha256: ${'d'.repeat(64)} if you trust it: that is what checksums.txt of the release says. Known without it: 1.2.37, 1.2.39 (latest).`,
    })
  })

  it.each<[string, Script['http']]>([
    ['is not there', async () => response(404, 'no')],
    ['does not name it', async () => response(200, Buffer.from('x'))],
    ['is endless', async () => response(200, [Buffer.alloc(2_000_000)])],
    ['is out of reach', () => Promise.reject(new Transient(new Failure('NETWORK_FAILED', 'x')))],
    ['breaks', async () => response(200, [Buffer.from('x'), 1])],
  ])('says where to look when checksums.txt %s', async (_, http) => {
    await expect(ask(http)).rejects.toMatchObject({
      code: 'TOOL_UNKNOWN',
      hint: 'Give apko-sha256; checksums.txt of https://github.com/chainguard-dev/apko/releases/tag/v1.2.38 names it. Known without it: 1.2.37, 1.2.39 (latest).',
    })
  })

  it('is told so for a platform that the catalogue lacks', async () => {
    const architecture = findArchitecture('s390x')
    if (architecture === undefined) throw new Error('s390x')
    const ports = fakePorts({ http: async () => response(404, '') })
    const acquiring = acquireTool(
      { name: 'melange', version: '' },
      { machine: { ...machine, architecture } },
      ports,
    )
    await expect(acquiring).rejects.toMatchObject({
      code: 'TOOL_UNKNOWN',
      message: 'the catalogue has no sha256 of melange 0.56.5 for linux/s390x',
      hint: 'Give melange-sha256; checksums.txt of https://github.com/chainguard-dev/melange/releases/tag/v0.56.5 names it.',
    })
    expect(ports.requests[0]?.url).toContain('https://github.com/chainguard-dev/melange/')
  })
})

describe('a tool that cannot be used here', () => {
  it.each<[string, NonNullable<Script['processes']>, RegExp]>([
    [
      'cannot be started',
      { apko: () => Promise.reject(new Failure('TOOL_UNSUITED', 'exec format error')) },
      /exec format error$/,
    ],
    [
      'fails',
      { apko: { code: 127, stderr: 'sh: \nGLIBC_2.38 not found\n' } },
      /ended with 127: GLIBC_2.38 not found$/,
    ],
    ['fails silently', { apko: { code: 1 } }, /ended with 1$/],
    ['tells no version', { apko: { stdout: 'hello' } }, /it does not tell its version$/],
    [
      'is another tool',
      { apko: { stdout: 'GitVersion: v9.9.9\n' } },
      /the help of its build lists no flags$/,
    ],
  ])('because it %s is told so, and nothing is kept', async (_, script, message) => {
    await expect(acquire(fakePorts({ processes: script, toolCache, http: whole }))).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: expect.stringMatching(message),
      hint: 'Take a build of apko that is made for linux/amd64.',
    })
    expect(await leftovers()).toEqual([])
    expect(await readdir(cacheFolder).catch(() => [])).toEqual([])
  })
})

describe('a binary by its path', () => {
  const binary = async (mode = 0o755): Promise<string> => {
    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, 'bin', 'apko'), 'binary', { mode })
    return sha256Hex('binary')
  }

  it('is asked, and hashed', async () => {
    const sha256 = await binary()
    const ports = fakePorts({ processes })
    expect(await acquireTool({ name: 'apko', version: './bin/apko' }, { machine }, ports)).toEqual({
      name: 'apko',
      version,
      path: join(folder, 'bin', 'apko'),
      sha256,
      source: 'path',
      flags: new Set(['--arch', '--lockfile']),
    })
    expect(ports.lines).toEqual([`apko 9.9.9: ${join(folder, 'bin', 'apko')}`])
    expect(await acquire(fakePorts({ processes }), { version: 'bin/apko', sha256 })).toMatchObject({ sha256 })
  })

  it('must be the expected one', async () => {
    const got = await binary()
    await expect(acquire(fakePorts(), { version: 'bin/apko', sha256: 'a'.repeat(64) })).rejects.toMatchObject(
      {
        code: 'CHECKSUM_MISMATCH',
        message: `${join(folder, 'bin', 'apko')} has sha256 ${got}; expected: ${'a'.repeat(64)}`,
      },
    )
  })

  it('must be there, a file, and executable', async () => {
    await binary(0o644)
    for (const path of ['bin/none', 'bin/']) {
      await expect(acquire(fakePorts(), { version: path })).rejects.toMatchObject({
        code: 'TOOL_MISSING',
        message: expect.stringContaining('where there is no file'),
      })
    }
    await cp(join(folder, 'bin', 'apko'), join(folder, 'bin', 'copy'))
    await expect(acquire(fakePorts(), { version: 'bin/copy' })).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: `${join(folder, 'bin', 'copy')} is not executable`,
    })
  })
})
