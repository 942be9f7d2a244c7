import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../src/domain/digest.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import { grypeDatabases } from '../../../src/scan/grype-database.ts'
import { networkPorts } from '../../support/network-ports.ts'
import { startReleaseServer, type ReleaseServer, type Trouble } from '../../support/release-server.ts'
import type { Answer } from '../../support/fake-ports.ts'
import { scanFolder } from './scan-folder.ts'

const tool: Tool = {
  name: 'grype',
  version: '0.121.2',
  path: '/tools/grype',
  sha256: '',
  source: 'path',
  flags: new Set(),
}
type TroubleAt = Trouble & { readonly path: string }

const archive = 'x'.repeat(10_000)

let folder: string
/** The files of the mirror. */
let served: string

beforeEach(async () => {
  folder = await scanFolder()
  served = join(folder, 'served')
  await mkdir(join(served, 'v6'), { recursive: true })
  await writeFile(join(served, 'v6', 'db.tar.zst'), archive)
  await list({})
})

async function list(more: object): Promise<void> {
  const listing = {
    status: 'active',
    schemaVersion: 'v6.1.10',
    built: '2026-01-02T00:00:00Z',
    path: 'db.tar.zst',
    checksum: `sha256:${sha256Hex(archive)}`,
    ...more,
  }
  await writeFile(join(served, 'v6', 'latest.json'), JSON.stringify(listing))
}

/** grype in small: it takes any archive, and tells of it what `status` says. */
function grype({
  status = { built: '2026-01-02T00:00:00Z', valid: true },
  imported = {},
}: { status?: object; imported?: Awaited<ReturnType<Extract<Answer, Function>>> } = {}): Answer {
  return ({ args }) => {
    if (args[0] === 'version') return { stdout: '{"version":"0.121.2","supportedDbSchema":6}' }
    if (args[1] === 'import') return imported
    return { stdout: JSON.stringify(status), code: 'error' in status ? 1 : 0 }
  }
}

async function fetchFrom(
  server: Pick<ReleaseServer, 'url'>,
  { answer = grype(), deadline = 10_000, idleTimeout = 2_000, known = undefined as string | undefined } = {},
) {
  await using ports = networkPorts({ processes: { grype: answer }, deadline, idleTimeout })
  const [to, workshop] = [join(folder, 'to'), join(folder, 'workshop')]
  await mkdir(to, { recursive: true })
  await mkdir(workshop, { recursive: true })
  const maker = await grypeDatabases({ tool, temp: folder, limit: 1_000 }, ports)
  const fetched = await maker.fetch(server.url, to, { workshop, known })
  const built = fetched === 'unchanged' ? undefined : await maker.check(to)
  return { fetched, built, ports, workshop }
}

describe('the databases of grype', () => {
  it('are found by the listing, checked, and imported', async () => {
    await using server = await startReleaseServer({ folder: served })
    const { fetched, built, ports, workshop } = await fetchFrom(server)
    expect(fetched).toEqual({ sha256: sha256Hex(archive) })
    expect(built).toBe('2026-01-02T00:00:00Z')
    expect(await readFile(join(workshop, 'db.tar.zst'), 'utf8')).toBe(archive)
    const imports = ports.commands.filter(({ args }) => args[1] === 'import')
    expect(imports).toMatchObject([
      {
        args: ['db', 'import', join(workshop, 'db.tar.zst')],
        env: { GRYPE_DB_CACHE_DIR: join(folder, 'to'), GRYPE_DB_AUTO_UPDATE: 'false' },
        cwd: folder,
      },
    ])
  })

  it('are not fetched when the listing has what is known', async () => {
    await using server = await startReleaseServer({ folder: served })
    const { fetched } = await fetchFrom(server, { known: sha256Hex(archive) })
    expect(fetched).toBe('unchanged')
    expect(server.requests.map(({ path }) => path)).toEqual(['/v6/latest.json'])
  })

  it.each<[string, TroubleAt]>([
    ['the listing is refused for a moment', { path: 'latest.json', kind: 'status', status: 503 }],
    ['the listing breaks off', { path: 'latest.json', kind: 'reset', after: 10 }],
    ['the archive is refused for a moment', { path: 'db.tar.zst', kind: 'status', status: 429 }],
    ['the archive breaks off', { path: 'db.tar.zst', kind: 'reset', after: 5_000 }],
    ['the archive ends early', { path: 'db.tar.zst', kind: 'truncate', after: 5_000, announced: true }],
  ])('are had in spite of it: %s', async (_, fault) => {
    await using server = await startReleaseServer({ folder: served })
    server.faults.push({ ...fault, times: 1 })
    const { fetched, workshop } = await fetchFrom(server)
    expect(fetched).toEqual({ sha256: sha256Hex(archive) })
    expect(await readFile(join(workshop, 'db.tar.zst'), 'utf8')).toBe(archive)
  })

  it.each<[string, TroubleAt, RegExp]>([
    [
      'the listing is not there',
      { path: 'latest.json', kind: 'status', status: 404 },
      /the listing http.*\/v6\/latest\.json answered 404$/,
    ],
    ['the listing is refused', { path: 'latest.json', kind: 'status', status: 403 }, /answered 403$/],
    [
      'the listing is refused for long',
      { path: 'latest.json', kind: 'status', status: 502 },
      /answered 502$/,
    ],
    [
      'the listing is a login page',
      { path: 'latest.json', kind: 'html' },
      /is not a listing of grype's databases$/,
    ],
    [
      'the archive is not there',
      { path: 'db.tar.zst', kind: 'status', status: 404 },
      /the database .* answered 404$/,
    ],
    [
      'the archive has another byte',
      { path: 'db.tar.zst', kind: 'corrupt', at: 9_999 },
      /the database .* has sha256 [0-9a-f]{64}, but the listing says [0-9a-f]{64}$/,
    ],
  ])('%s', async (_, fault, message) => {
    await using server = await startReleaseServer({ folder: served })
    server.faults.push({ ...fault, times: 99 })
    const failed = await failureOf(fetchFrom(server))
    expect(failed.code).toBe('SCAN_FAILED')
    expect(failed.message).toMatch(message)
    expect(failed.hint).toBeTruthy()
  })

  it('nobody listens', async () => {
    const server = await startReleaseServer({ folder: served })
    await server.close()
    const failed = await failureOf(fetchFrom(server))
    expect(failed.code).toBe('SCAN_FAILED')
    expect(failed.message).toMatch(/^the listing of grype's databases http.* cannot be reached: /)
  })

  it.each([
    ['of no path', { path: '' }],
    ['of no checksum', { checksum: 'md5:0' }],
    ['of no time', { built: 'once' }],
  ])('a listing %s is none', async (_, more) => {
    await list(more)
    await using server = await startReleaseServer({ folder: served })
    expect((await failureOf(fetchFrom(server))).message).toMatch(/is not a listing/)
  })

  it('a listing over 1 MiB is told as such', async () => {
    await list({ more: 'x'.repeat(1024 * 1024) })
    await using server = await startReleaseServer({ folder: served })
    const { message, hint } = await failureOf(fetchFrom(server))
    expect(message).toMatch(/is not a listing of grype's databases: it is larger than 1 MiB$/)
    expect(hint).toContain('v6/latest.json')
  })

  it('a path in the listing is one beside it, whatever it looks like', async () => {
    await list({ path: 'https://evil.example/db.tar.zst' })
    await using server = await startReleaseServer({ folder: served })
    await failureOf(fetchFrom(server))
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/v6/latest.json',
      '/v6/https://evil.example/db.tar.zst',
    ])
  })
})

describe('what grype says of a database', () => {
  it.each<[string, Answer, string, RegExp]>([
    [
      'garbage',
      grype({ imported: { code: 1, stderr: '[0000] ERROR not a v6 database: record not found\n' } }),
      'SCAN_FAILED',
      /^this is not a database that grype 0\.121\.2 can use: .*not a v6 database/,
    ],
    [
      'the disk is full',
      grype({ imported: { code: 1, stderr: '[0000] ERROR write /x: no space left on device\n' } }),
      'DISK_FULL',
      /^no space left for grype: import of its database/,
    ],
    [
      'it takes too long',
      grype({ imported: { code: 137, timedOut: true } }),
      'SCAN_FAILED',
      /import of its database took longer than 1 s/,
    ],
    [
      'too old',
      grype({
        status: {
          built: '2025-01-02T00:00:00Z',
          valid: false,
          error: 'the vulnerability database was built 1 year ago (max allowed age is 5 days)',
        },
      }),
      'SCAN_FAILED',
      /^grype's database is too old: made 2025-01-02T00:00:00Z; .* 5 days/,
    ],
    [
      'not there',
      grype({ status: { valid: false, error: 'database does not exist' } }),
      'SCAN_FAILED',
      /^grype cannot use its database: database does not exist$/,
    ],
  ])('%s', async (_, answer, code, message) => {
    await using server = await startReleaseServer({ folder: served })
    const failed = await failureOf(fetchFrom(server, { answer }))
    expect(failed).toMatchObject({ code })
    expect(failed.message).toMatch(message)
  })

  it('a grype of another age is told to be one', async () => {
    await using ports = networkPorts({
      processes: { grype: { stdout: '{"version":"0.80.0","supportedDbSchema":5}' } },
    })
    const making = grypeDatabases({ tool, temp: folder, limit: 1_000 }, ports)
    await expect(making).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      hint: expect.stringContaining('0.88.0'),
    })
  })
})

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof Failure) return error
  throw error
}
