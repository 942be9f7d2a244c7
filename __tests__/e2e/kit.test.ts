import { execFile } from 'node:child_process'
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { signIndex } from '../../scripts/kit/apk-index.ts'
import { packApk } from '../../scripts/kit/apk-package.ts'
import { apkVersion, convertDebs } from '../../scripts/kit/deb-to-apk.ts'
import { once } from '../../scripts/kit/kit-cache.ts'
import { kitDistribution } from '../../scripts/kit/kit-distribution.ts'
import { run } from '../../scripts/kit/kit-run.ts'
import { kitWheels } from '../../scripts/kit/kit-wheels.ts'
import { packRelease, sha256, unpackRelease } from '../../scripts/kit/release-tarball.ts'
import { tarEnd, tarEntry, writeEntry } from '../../scripts/kit/tar.ts'
import { readTar } from '../../scripts/kit/untar.ts'
import { startReleaseServer, type Fault, type Trouble } from '../support/release-server.ts'

const example = new URL('../../examples/senhas/', import.meta.url)
const silent = (): void => {}
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-test-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the cache', () => {
  let before: string | undefined

  beforeEach(() => {
    before = process.env['GIROPOPS_KIT_CACHE']
    process.env['GIROPOPS_KIT_CACHE'] = folder
  })

  afterEach(() => {
    if (before === undefined) delete process.env['GIROPOPS_KIT_CACHE']
    else process.env['GIROPOPS_KIT_CACHE'] = before
  })

  it('has one whole result when two make it at once, and makes nothing the next time', async () => {
    const make = (text: string) => (fresh: string) => writeFile(join(fresh, 'text'), text)
    const [first, second] = await Promise.all([once('deep/key', make('a')), once('deep/key', make('b'))])
    expect([first, second]).toEqual([join(folder, 'deep/key'), join(folder, 'deep/key')])
    const text = await readFile(join(first, 'text'), 'utf8')
    await once('deep/key', make('c'))
    expect(await readFile(join(first, 'text'), 'utf8')).toBe(text)
    expect(await readdir(join(folder, 'deep'))).toEqual(['key'])
  })

  it('keeps nothing of what failed', async () => {
    const failing = once('key', async fresh => {
      await writeFile(join(fresh, 'half'), '')
      throw new Error('no luck')
    })
    await expect(failing).rejects.toThrow('no luck')
    expect(await readdir(folder)).toEqual([])
  })
})

describe('tar', () => {
  const long = `${'folder/'.repeat(20)}file-with-é`
  const entries = [
    tarEntry('usr', { type: 'folder', mode: 0o755 }),
    tarEntry(long, { data: Buffer.from('text'), mtime: 5 }),
    tarEntry('usr/link', { type: 'symlink', mode: 0o777, link: long }),
  ]
  const tar = Buffer.concat([...entries.map(entry => writeEntry(entry, true)), tarEnd])

  it('is read as it was written', () => {
    expect([...readTar(tar)]).toEqual(entries)
  })

  it('is read by the system as well', async () => {
    await writeFile(join(folder, 'a.tar'), tar)
    await run('tar', ['-xf', join(folder, 'a.tar'), '-C', folder])
    expect(await readFile(join(folder, long), 'utf8')).toBe('text')
  })
})

describe('a release tarball', () => {
  const files = { name: 'apko_1.0.0_linux_amd64', tool: 'apko', licence: Buffer.from('Apache') }

  it('has the same bytes each time, and wraps a folder with the binary and LICENSE', async () => {
    const binary = Buffer.from('#!/bin/sh\n')
    const tarball = await packRelease({ ...files, binary })
    expect(sha256(await packRelease({ ...files, binary }))).toBe(sha256(tarball))
    await unpackRelease(tarball, folder)
    expect((await readdir(join(folder, files.name))).sort()).toEqual(['LICENSE', 'apko'])
    expect((await stat(join(folder, files.name, 'apko'))).mode & 0o777).toBe(0o755)
  })
})

describe('the local distribution', () => {
  it.each([
    ['1:3.11.2-6+deb12u5', '3.11.2-r6'],
    ['2.36-9+deb12u14', '2.36-r9'],
    ['5.4.1+really5.4.1-1', '5.4.1-r1'],
    ['20230311', '20230311-r0'],
    ['3.0~beta1-2', '3.0-r2'],
  ])('calls %s %s', (debian, apk) => {
    expect(apkVersion(debian)).toBe(apk)
  })

  it('depends on the first alternative that is there, and on nothing that was dropped', () => {
    const deb = { version: '1-1', description: '', origin: 'x', provides: [], entries: [] }
    const depends = [['absent', 'b'], ['dpkg'], ['virtual']]
    const converted = convertDebs([
      { ...deb, name: 'a', depends },
      { ...deb, name: 'b', depends: [], provides: ['virtual'] },
      { ...deb, name: 'dpkg', depends: [] },
    ])
    expect(converted.map(({ name, depends: needs }) => [name, needs])).toEqual([
      ['a', ['b', 'virtual']],
      ['b', []],
    ])
  })

  it('packs an apk with the folders on the way to its files and the sums that the index names', async () => {
    const rest = { version: '1-r0', description: 'd', origin: 'x', depends: ['b'], provides: ['so:x=0'] }
    const entries = [tarEntry('usr/bin/x', { data: Buffer.from('x') })]
    const { file, bytes, stanza } = await packApk('x86_64', { name: 'x', ...rest, entries })
    const found = [...readTar(gunzipSync(bytes))]
    expect(file).toBe('x-1-r0.apk')
    expect(found.map(entry => entry.name)).toEqual(['.PKGINFO', 'usr', 'usr/bin', 'usr/bin/x'])
    const [, data = Buffer.alloc(0)] = splitGzip(bytes)
    expect(found[0]?.data.toString()).toContain(`datahash = ${sha256(data)}\n`)
    expect(stanza).toContain(`S:${bytes.length}\n`)
    expect(stanza).toContain('D:b\np:so:x=0\n')
  })

  it('signs an index so that its public key verifies it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const bytes = await signIndex(['P:x\n'], { key: privateKey, publicName: 'k.rsa.pub' })
    const [signed = Buffer.alloc(0), index = Buffer.alloc(0)] = splitGzip(bytes)
    const [signature] = [...readTar(gunzipSync(signed))]
    expect(signature?.name).toBe('.SIGN.RSA.k.rsa.pub')
    expect(
      createVerify('RSA-SHA1')
        .update(index)
        .verify(publicKey, signature?.data ?? Buffer.alloc(0)),
    ).toBe(true)
  })
})

describe('the release server', () => {
  const path = '/chainguard-dev/apko/releases/download/v1.0.0/apko.tar.gz'
  const body = Buffer.from('0123456789')

  beforeEach(async () => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), body)
  })

  async function serve(...troubles: Trouble[]) {
    const server = await startReleaseServer({ folder })
    const faults = troubles.map((trouble): Fault => ({ ...trouble, path: 'apko.tar.gz', times: 1 }))
    server.faults.push(...faults)
    const get = (headers = {}): Promise<Response> => fetch(server.url + path, { headers })
    return { ...server, get }
  }

  it('serves files whole and in ranges, and counts', async () => {
    await using server = await serve()
    const whole = await server.get()
    expect([whole.status, await whole.text()]).toEqual([200, '0123456789'])
    const etag = whole.headers.get('etag') ?? ''
    const rest = await server.get({ range: 'bytes=4-', 'if-range': etag })
    expect([rest.status, await rest.text(), rest.headers.get('content-range')]).toEqual([
      206,
      '456789',
      'bytes 4-9/10',
    ])
    const other = await server.get({ range: 'bytes=4-', 'if-range': '"other"' })
    expect([other.status, await other.text()]).toEqual([200, '0123456789'])
    expect((await server.get({ range: 'bytes=10-' })).status).toBe(416)
    expect((await fetch(`${server.url}/%2e%2e%2f%2e%2e%2fetc/passwd`)).status).toBe(404)
    const head = await fetch(server.url + path, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe('10')
    const seen = server.requests.map(({ method, status }) => `${method} ${status}`)
    expect(seen.join(', ')).toBe('GET 200, GET 206, GET 200, GET 416, GET 404, HEAD 200')
  })

  it('fails as told, as often as told, and then serves', async () => {
    await using server = await serve(
      { kind: 'status', status: 503, headers: { 'retry-after': '7' } },
      { kind: 'html' },
      { kind: 'corrupt', at: 3 },
      { kind: 'slow', after: 2, pause: 1 },
      { kind: 'truncate', after: 4, announced: false },
    )
    const busy = await server.get()
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7'])
    expect((await server.get()).headers.get('content-type')).toBe('text/html')
    const corrupt = Buffer.from(await (await server.get()).arrayBuffer())
    expect([corrupt.length, corrupt.equals(body)]).toEqual([10, false])
    expect(await (await server.get()).text()).toBe('0123456789')
    const short = await server.get()
    expect([short.headers.get('content-length'), await short.text()]).toEqual([null, '0123'])
    expect(await (await server.get()).text()).toBe('0123456789')
  })

  it.each([
    { kind: 'reset', after: 0 },
    { kind: 'reset', after: 5 },
    { kind: 'truncate', after: 0, announced: true },
    { kind: 'truncate', after: 5, announced: true },
  ] as const)('breaks the connection: $kind after $after', async trouble => {
    await using server = await serve(trouble)
    await expect(server.get().then(answer => answer.text())).rejects.toThrow(/terminated|fetch failed/)
    expect(server.requests).toHaveLength(1)
  })
})

describe('the example', () => {
  const read = async (name: string): Promise<Record<string, unknown>> =>
    parse(await readFile(new URL(name, example), 'utf8'))

  it("is the same for the local distribution as the tutorial's, but for where packages come from", async () => {
    const melange = await read('melange.yaml')
    const { contents } = melange['environment'] as { contents: Record<string, unknown> }
    delete contents['repositories']
    expect(await read('melange.local.yaml')).toEqual(melange)
    const apko = await read('apko.yaml')
    const wanted = { ...apko, contents: { ...Object(apko['contents']), repositories: ['packages'] } }
    expect(await read('apko.local.yaml')).toEqual(wanted)
  })

  it('passes its own tests with the wheels of the kit', async () => {
    const wheels = await kitWheels(await kitDistribution(silent), silent)
    const names = await readdir(wheels.folder)
    const mine = names.filter(name => !name.includes('aarch64')).map(name => join(wheels.folder, name))
    const unpack = 'import sys, zipfile\nfor w in sys.argv[2:]: zipfile.ZipFile(w).extractall(sys.argv[1])'
    await run('python3', ['-c', unpack, folder, ...mine])
    const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' }
    const tests = ['-m', 'unittest', 'discover', 'tests']
    const { stderr } = await promisify(execFile)('python3', tests, { cwd: example, env })
    expect(stderr).toMatch(/^Ran [1-9]\d* tests[\s\S]*OK\s*$/m)
  })
})

/** The two members of a gzip, told apart by the head that zlib writes. */
function splitGzip(bytes: Buffer): Buffer[] {
  const second = bytes.indexOf(bytes.subarray(0, 10), 10)
  return [bytes.subarray(0, second), bytes.subarray(second)]
}
