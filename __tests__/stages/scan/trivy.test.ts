import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { writeBolt } from '../../../scripts/kit/bolt-file.ts'
import { digestOf } from '../../../src/domain/digest.ts'
import type { BuiltImage, PlatformImage } from '../../../src/domain/image.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import type { Finished } from '../../../src/ports.ts'
import { scanImage } from '../../../src/scan/scan-image.ts'
import { unpackTrivyDatabase } from '../../../src/scan/trivy-archive.ts'
import { trivyDatabases } from '../../../src/scan/trivy-database.ts'
import { trivyDriver } from '../../../src/scan/trivy-driver.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { tarball } from '../tools/tarballs.ts'
import { scanFolder, standingClock } from './scan-folder.ts'

const written = new URL('../../fixtures/scan/trivy-0.74.0.json', import.meta.url)
const tool: Tool = {
  name: 'trivy',
  version: '0.74.0',
  path: '/tools/trivy',
  sha256: '',
  source: 'path',
  flags: new Set(),
}

let folder: string
beforeEach(async () => {
  folder = await scanFolder()
})

function imageOf(names: readonly string[]): BuiltImage {
  const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf('m'), size: 9 }
  const platform: PlatformImage = {
    platform: 'linux/amd64',
    arch: 'amd64',
    manifest,
    size: 1,
    sbom: '',
    installed: [],
    apks: names.map(name => ({
      name,
      version: name === 'libssl3' ? '3.0.22-r1' : '1.0.0-r0',
      arch: 'x86_64',
      checksum: '',
      distribution: 'wolfi',
    })),
    addedToSbom: [],
  }
  const [layout, indexSbom] = [join(folder, 'whole'), '']
  return { name: 'senhas', config: 'apko.yaml', layout, index: manifest, platforms: [platform], indexSbom }
}

interface Had {
  /** Report that trivy writes. */
  readonly text?: string
  readonly bolt?: Buffer
}

const known = writeBolt({ wolfi: { zlib: { 'CVE-2026-1': '{}' } }, vulnerability: { 'CVE-2026-1': '{}' } })

async function scan(image: BuiltImage, end: Partial<Finished> = {}, { text, bolt = known }: Had = {}) {
  const database = join(folder, 'cache')
  await mkdir(join(database, 'db'), { recursive: true })
  await writeFile(join(database, 'db', 'trivy.db'), bolt)
  const layouts: string[] = []
  const ports = fakePorts({
    processes: {
      trivy: async ({ args }) => {
        const layout = args[args.indexOf('--input') + 1] ?? ''
        layouts.push(await readFile(join(layout, 'index.json'), 'utf8'))
        if (!existsSync(join(layout, 'oci-layout'))) throw new Error('no layout')
        const report = text ?? (await readFile(written, 'utf8'))
        await writeFile(args[args.indexOf('--output') + 1] ?? '', report)
        return end
      },
    },
  })
  const temp = join(folder, 'temp')
  await mkdir(temp, { recursive: true })
  const driver = trivyDriver({ tool, database, limit: 60_000 }, ports)
  const scans = await scanImage(image, { driver, title: 'trivy 0.74.0', temp }, ports)
  return { scans, ports, layouts }
}

describe('the scan of an image by trivy', () => {
  it('is of the files of one platform alone, and asks nobody', async () => {
    const { scans, ports, layouts } = await scan(imageOf(['hello', 'libssl3']))
    expect(scans).toMatchObject([{ findings: [{ id: 'CVE-2026-11111' }, { id: 'CVE-2026-11112' }] }])
    expect(layouts.map(text => JSON.parse(text) as object)).toMatchObject([
      { schemaVersion: 2, manifests: [{ digest: digestOf('m'), size: 9 }] },
    ])
    const args = ports.commands[0]?.args ?? []
    expect(args).toEqual(expect.arrayContaining(['--skip-db-update', '--offline-scan', '--list-all-pkgs']))
    expect(args.join(' ')).toContain(`--cache-dir ${join(folder, 'cache')} --output`)
    expect(args.join(' ')).toContain('--timeout 60s')
    expect(ports.commands[0]?.env).toMatchObject({ TRIVY_EXIT_CODE: '0', TRIVY_SKIP_VERSION_CHECK: 'true' })
  })

  it.each<[string, Parameters<typeof scan>[1], string | undefined, string, RegExp]>([
    [
      'trivy fails',
      { code: 1, stderr: '2026-11-24T10:00:00Z\tFATAL\tFatal error\trun error: no luck\n' },
      undefined,
      'SCAN_FAILED',
      /^trivy 0\.74\.0: scan of linux\/amd64 in senhas ended with 1: Fatal error run error: no luck$/,
    ],
    ['the time is over', { code: 137, timedOut: true }, undefined, 'SCAN_FAILED', /took longer than 60 s/],
    ['garbage', {}, '{"Results":', 'SCAN_FAILED', /report cannot be read: it is no JSON object/],
    [
      'vulnerabilities of another shape',
      {},
      '{"Results":[{"Vulnerabilities":["CVE"]}]}',
      'SCAN_FAILED',
      /^trivy 0\.74\.0: scan of linux\/amd64 in senhas ended well but its report cannot be read: Results\[0\]\.Vulnerabilities\[0\] is no object$/,
    ],
    ['no result', {}, '{"Results":[]}', 'SCAN_BLIND', /saw 0 of the 2 packages/],
    [
      'a distribution that trivy has no data of',
      { stderr: '2026-11-24T10:00:00Z\tWARN\tUnsupported os\tfamily="wolfi"\n' },
      undefined,
      'SCAN_BLIND',
      /knows no vulnerabilities of the distribution "wolfi"/,
    ],
  ])('%s', async (_, end, text, code, message) => {
    const scanning = scan(imageOf(['hello', 'libssl3']), end, { ...(text !== undefined && { text }) })
    await expect(scanning).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it.each([
    ['another distribution', { chainguard: { zlib: { 'CVE-2026-1': '{}' } } }],
    ['the distribution, but nothing in it', { wolfi: {}, chainguard: { zlib: { 'CVE-2026-1': '{}' } } }],
  ])('is blind with a database of %s', async (_, sources) => {
    const bolt = writeBolt({ ...sources, vulnerability: { 'CVE-2026-1': '{}' } })
    await expect(scan(imageOf(['hello', 'libssl3']), {}, { bolt })).rejects.toMatchObject({
      code: 'SCAN_BLIND',
      message: expect.stringMatching(/knows no vulnerabilities of the distribution "wolfi"/),
    })
  })

  it('is blind when it did not see all', async () => {
    await expect(scan(imageOf(['hello', 'libssl3', 'ghost']))).rejects.toMatchObject({
      code: 'SCAN_BLIND',
      message: expect.stringContaining('saw 2 of the 3 packages'),
    })
  })
})

describe('the databases of trivy', () => {
  const metadata = (more: object = {}) =>
    JSON.stringify({ Version: 2, UpdatedAt: '2026-11-23T10:00:00.123Z', ...more })

  async function databaseOf(
    end: Partial<Finished>,
    text = metadata(),
    { mirror = 'ghcr.io/o/db:2', bolt = known }: { mirror?: string; bolt?: Buffer } = {},
  ) {
    let calls = 0
    const ports = fakePorts({
      processes: {
        trivy: async ({ args }) => {
          calls += 1
          const cache = args[args.indexOf('--cache-dir') + 1] ?? ''
          await mkdir(join(cache, 'db'), { recursive: true })
          await writeFile(join(cache, 'db', 'metadata.json'), text)
          await writeFile(join(cache, 'db', 'trivy.db'), bolt)
          return end
        },
      },
    })
    const clock = standingClock('2026-11-24T10:00:00Z')
    const maker = trivyDatabases({ tool, temp: folder, limit: 60_000 }, { ...ports, clock })
    const to = join(folder, 'to')
    const made = async (): Promise<string> => {
      await maker.fetch(mirror, to, { workshop: folder, known: undefined })
      return maker.check(to)
    }
    return { made, ports, calls: () => calls }
  }

  it('are downloaded by trivy from the mirror', async () => {
    const { made, ports } = await databaseOf({})
    expect(await made()).toBe('2026-11-23T10:00:00.123Z')
    expect(ports.commands[0]?.args).toEqual(
      expect.arrayContaining(['--download-db-only', '--db-repository', 'ghcr.io/o/db:2']),
    )
  })

  it("are trivy's own without a mirror", async () => {
    const { made, ports } = await databaseOf({}, metadata(), { mirror: 'mirror.gcr.io/aquasec/trivy-db:2' })
    await made()
    expect(ports.commands[0]?.args).not.toContain('--db-repository')
  })

  it.each([
    ['an outage is waited out', 'dial tcp 127.0.0.1:1: connect: connection refused', 3],
    ['a refusal is not', 'unexpected status code 403 Forbidden', 1],
  ])('%s', async (_, words, tries) => {
    const { made, calls } = await databaseOf({ code: 1, stderr: `x\tFATAL\t${words}\n` })
    await expect(made()).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringContaining(words),
    })
    expect(calls()).toBe(tries)
  })

  it.each([
    ['of another schema', metadata({ Version: 3 }), /metadata\.json is not of schema 2/],
    ['of no time', metadata({ UpdatedAt: '' }), /not of schema 2/],
    ['that is garbage', 'garbage', /not of schema 2/],
    ['that is too old', metadata({ UpdatedAt: '2026-11-19T09:59:59Z' }), /too old: made .*, 5 days ago/],
  ])('%s', async (_, text, message) => {
    const { made } = await databaseOf({}, text)
    await expect(made()).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(message),
    })
  })

  it.each([
    ['without anything', writeBolt({}), /has no vulnerabilities/],
    ['of details alone', writeBolt({ vulnerability: { 'CVE-1': '{}' } }), /has no vulnerabilities/],
    ['without details', writeBolt({ wolfi: { zlib: {} } }), /has no vulnerabilities/],
    ['that is garbage', Buffer.alloc(9000, 'x'), /trivy\.db cannot be read: it is no BoltDB file/],
    ['that is cut off', known.subarray(0, 8192), /trivy\.db cannot be read: it is cut off/],
  ])('a trivy.db %s', async (_, bolt, message) => {
    const { made } = await databaseOf({}, metadata(), { bolt })
    await expect(made()).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(message),
    })
  })

  it('are unpacked from a file, two files of it alone', async () => {
    const archive = join(folder, 'db.tar.gz')
    await writeFile(
      archive,
      await tarball([
        { name: './trivy.db', content: 'db' },
        { name: 'metadata.json', content: '{}' },
        { name: '../evil', content: 'x' },
      ]),
    )
    await unpackTrivyDatabase(archive, join(folder, 'db'))
    expect(await readFile(join(folder, 'db', 'trivy.db'), 'utf8')).toBe('db')
    expect(existsSync(join(folder, 'evil'))).toBe(false)
  })

  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['without the database', () => tarball([{ name: 'metadata.json', content: '{}' }]), /has no trivy\.db$/],
    ['that is no tar', async () => gzipSync('garbage'), /is no gzipped tar|has no trivy\.db/],
    ['that is not gzipped', async () => Buffer.from('garbage'), /is no gzipped tar/],
    [
      'that is cut off',
      async () => (await tarball([{ name: 'trivy.db', content: 'x'.repeat(100_000) }])).subarray(0, 100),
      /is no gzipped tar/,
    ],
  ])('a file %s', async (_, make, message) => {
    const archive = join(folder, 'db.tar.gz')
    await writeFile(archive, await make())
    await expect(unpackTrivyDatabase(archive, join(folder, 'db'))).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(message),
    })
  })
})
