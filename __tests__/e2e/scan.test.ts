import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitGrypeDatabase, type KitGrypeDatabase } from '../../scripts/kit/kit-grype-database.ts'
import { kitGrype } from '../../scripts/kit/kit-grype.ts'
import type { KitScanner } from '../../scripts/kit/kit-scanner.ts'
import { run } from '../../scripts/kit/kit-run.ts'
import { architectureOfNode } from '../../src/domain/architecture.ts'
import type { PlatformScan } from '../../src/domain/finding.ts'
import type { BuiltImage } from '../../src/domain/image.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { openScanner, type OpenScanner } from '../../src/scan/open-scanner.ts'
import { acquireTool } from '../../src/tools/acquire.ts'
import { buildRealImage } from '../support/e2e/built-image.ts'
import { realPorts } from '../support/e2e/real-ports.ts'
import { startReleaseServer, type ReleaseServer } from '../support/release-server.ts'

let folder: string
let image: BuiltImage
let kit: KitScanner
let grype: Tool
let database: KitGrypeDatabase
let mirror: ReleaseServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scan-e2e-'))
  image = await buildRealImage({ folder: join(folder, 'image') })
  kit = await kitGrype(line => console.error(line))
  grype = {
    name: 'grype',
    version: kit.version,
    path: kit.binary,
    sha256: kit.sha256,
    source: 'path',
    flags: new Set(),
  }
  database = await kitGrypeDatabase(join(folder, 'database'))
  mirror = await startReleaseServer({ folder: database.folder })
})
afterAll(async () => {
  await mirror?.close()
  await rm(folder, { recursive: true, force: true })
})

interface Opened {
  readonly scanner: OpenScanner | undefined
  readonly lines: readonly string[]
}

let opened = 0

/** A scanner with a tool cache of its own, in a workspace that would turn a careless grype off. */
async function open(
  given: string,
  more: { required?: boolean; tool?: Tool; cache?: string } = {},
): Promise<Opened> {
  opened += 1
  const [workspace, temp] = [join(folder, `workspace-${opened}`), join(folder, `temp-${opened}`)]
  const cache = more.cache ?? join(folder, `cache-${opened}`)
  await mkdir(workspace, { recursive: true })
  await mkdir(cache, { recursive: true })
  await writeFile(join(workspace, '.grype.yaml'), 'ignore:\n  - package:\n      type: apk\n')
  const ports = realPorts({ toolCache: cache, env: { GRYPE_FAIL_ON_SEVERITY: 'low' } })
  const scanner = await openScanner(
    {
      tool: more.tool ?? grype,
      database: given,
      required: more.required ?? true,
      machine: { workspace, temp },
      limit: 120_000,
    },
    ports,
  )
  return { scanner, lines: ports.lines }
}

async function scan(of = image, given = mirror.url): Promise<readonly PlatformScan[]> {
  const { scanner } = await open(given)
  if (scanner === undefined) throw new Error('no scanner')
  return scanner.scan(of)
}

/** What is expected of the database's made-up vulnerabilities, with the versions of packages left out. */
const expected = [
  'CVE-2026-11111 critical libssl3 3.0.30-r0 0.91 exploited',
  'CVE-2026-11112 high zlib1g 1.2.14-r0 0.42',
  'CVE-2026-11113 medium busybox - 0.03',
  'CVE-2026-11114 low libexpat1 2.6.0-r0',
  'CVE-2026-11115 negligible libuuid1 -',
  'CVE-2026-11116 unknown libffi8 3.5.0-r0',
  'CVE-2026-11119 medium libgssapi-krb5-2 1.21.0-r0 0.01',
  'CVE-2026-11119 medium libk5crypto3 1.21.0-r0 0.01',
  'CVE-2026-11119 medium libkrb5-3 1.21.0-r0 0.01',
  'CVE-2026-11119 medium libkrb5support0 1.21.0-r0 0.01',
  'GHSA-made-up00-0002 high hello-texts 2.0.0',
]

function told({ findings }: PlatformScan): readonly string[] {
  return findings
    .map(({ id, severity, package: name, fixedIn, epss, exploited }) =>
      [id, severity, name, fixedIn.join(',') || '-', epss, exploited === true ? 'exploited' : undefined]
        .filter(part => part !== undefined)
        .join(' '),
    )
    .toSorted()
}

/** The image with the text of its SBOMs changed. */
async function withSboms(change: (text: string) => string, more: object = {}): Promise<BuiltImage> {
  const copies = await mkdtemp(join(folder, 'sboms-'))
  const platforms = await Promise.all(
    image.platforms.map(async each => {
      const sbom = join(copies, `${each.arch}.spdx.json`)
      await writeFile(sbom, change(await readFile(each.sbom, 'utf8')))
      return { ...each, sbom, apks: each.apks.map(apk => ({ ...apk, ...more })) }
    }),
  )
  return { ...image, platforms }
}

describe('grype as a release', () => {
  it('is downloaded, verified, asked, and had from the cache the second time', async () => {
    await using releases = await startReleaseServer({ folder: kit.mirrorFolder })
    const architecture = architectureOfNode(process.arch)
    if (architecture === undefined) throw new Error(process.arch)
    const machine = {
      os: 'linux',
      architecture,
      workspace: folder,
      temp: folder,
      dockerHost: '',
      dockerConfig: '',
    } as const
    const ports = realPorts({ toolCache: join(folder, 'tools') })
    const wish = { name: 'grype', version: kit.version, sha256: kit.sha256 } as const
    const source = { mirror: releases.url, machine }
    expect(await acquireTool(wish, source, ports)).toMatchObject({
      version: kit.version,
      source: 'download',
      sha256: kit.sha256,
    })
    expect(await acquireTool(wish, source, ports)).toMatchObject({ source: 'cache' })
    expect(releases.requests).toHaveLength(1)
    const wrong = acquireTool({ ...wish, sha256: '0'.repeat(64) }, source, ports)
    await expect(wrong).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    const unknown = acquireTool({ name: 'grype', version: kit.version }, source, ports)
    await expect(unknown).rejects.toMatchObject({
      code: 'TOOL_UNKNOWN',
      hint: expect.stringContaining(`Give grype-sha256: ${kit.sha256}`),
    })
  })
})

describe('grype on the image of both architectures', () => {
  it('finds what the database has of it: by name, by origin, and in the files', async () => {
    const scans = await scan()
    expect(scans.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    for (const each of scans) expect(told(each)).toEqual(expected)
  })

  it('finds in the SBOM that is attested what was found, without our help', async () => {
    const { scanner } = await open(mirror.url, { cache: join(folder, 'cache-attested') })
    expect(scanner?.scanner.database.source).toBe(mirror.url)
    const report = join(folder, 'attested.json')
    const caches = await import('node:fs/promises').then(fs =>
      fs.glob(join(folder, 'cache-attested', 'grype-database', '*', '*/')),
    )
    const [cache = ''] = await Array.fromAsync(caches)
    const env = {
      GRYPE_DB_CACHE_DIR: cache,
      GRYPE_DB_AUTO_UPDATE: 'false',
      GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    }
    await run(kit.binary, [`sbom:${image.platforms[0]?.sbom}`, '-o', `json=${report}`], { env })
    const { matches } = JSON.parse(await readFile(report, 'utf8')) as { readonly matches: readonly unknown[] }
    expect(matches).toHaveLength(expected.length - 1)
  })

  it('is not misled by a namespace of packages that is no distribution', async () => {
    const own = await withSboms(text =>
      text.replace(
        /pkg:apk\/unknown\/hello@1\.0\.0-r0\?([^"]*)distro=[^"\\]*/g,
        'pkg:apk/own/hello@1.0.0-r0?$1distro=own',
      ),
    )
    expect(await readFile(own.platforms[0]?.sbom ?? '', 'utf8')).toContain('distro=own')
    for (const each of await scan(own)) expect(told(each)).toEqual(expected)
  })

  it('is blind when the SBOM lacks packages', async () => {
    const lacking = await withSboms(text => {
      const document = JSON.parse(text) as { packages: { name: string }[] }
      document.packages = document.packages.filter(({ name }) => !['libssl3', 'zlib1g'].includes(name))
      return JSON.stringify(document)
    })
    await expect(scan(lacking)).rejects.toMatchObject({
      code: 'SCAN_BLIND',
      message: expect.stringMatching(
        /saw 35 of the 37 packages .*; not seen: libssl3-3\.\S+, zlib1g-1\.\S+$/,
      ),
    })
  })

  it.each([
    ['nobody knows', 'local'],
    ['grype knows, but not its database', 'alpine'],
  ])('is blind when the image is of a distribution that %s', async (_, id) => {
    const other = await withSboms(text => text.replaceAll('distro=wolfi', `distro=${id}`), {
      distribution: id,
    })
    await expect(scan(other)).rejects.toMatchObject({
      code: 'SCAN_BLIND',
      message: expect.stringContaining(`knows no vulnerabilities of the distribution "${id}"`),
    })
  })

  it('fails on an SBOM that is none', async () => {
    const garbage = await withSboms(() => '{}')
    await expect(scan(garbage)).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringContaining('scan of the SBOM of linux/amd64'),
    })
  })
})

describe('the database of grype', () => {
  it('is fetched once a day, and its age told', async () => {
    const cache = join(folder, 'cache-of-the-day')
    const { lines, scanner } = await open(mirror.url, { cache })
    expect(scanner?.scanner).toMatchObject({
      name: 'grype',
      version: kit.version,
      database: { source: mirror.url, sha256: database.sha256 },
    })
    const built = scanner?.scanner.database.built ?? ''
    expect(lines).toContain(`grype's database: of ${built}, 0 hours old, from ${mirror.url}`)
    const before = mirror.requests.length
    const again = await open(mirror.url, { cache })
    expect(again.lines.at(-1)).toBe(
      `grype's database: of ${built}, 0 hours old, from ${mirror.url}, in the tool cache`,
    )
    expect(mirror.requests).toHaveLength(before)
  })

  it('comes from a file as well', async () => {
    const { scanner } = await open(database.archive)
    expect(scanner?.scanner.database).toMatchObject({ source: database.archive, sha256: database.sha256 })
    const [first] = (await scanner?.scan(image)) ?? []
    expect(first?.findings).toHaveLength(expected.length)
  })

  it.each<[string, () => Promise<string>, string, RegExp]>([
    [
      'of a mirror that nobody runs',
      async () => {
        const gone = await startReleaseServer({ folder })
        await gone.close()
        return gone.url
      },
      'SCAN_FAILED',
      /^the listing of grype's databases http:.* cannot be reached: /,
    ],
    [
      'with another checksum than the listing says',
      async () => {
        const { folder: other, archive } = await kitGrypeDatabase(join(folder, 'other'))
        await writeFile(archive, Buffer.concat([await readFile(archive), Buffer.from('x')]))
        return (await startReleaseServer({ folder: other })).url
      },
      'SCAN_FAILED',
      /^the database http:.* has sha256 [0-9a-f]{64}, but the listing says/,
    ],
    [
      'that is too old',
      async () => {
        const old = new Date(Date.now() - 9 * 86_400_000)
        return (await kitGrypeDatabase(join(folder, 'old'), old)).archive
      },
      'SCAN_FAILED',
      /^grype's database is too old: made .*; the vulnerability database was built .* ago \(max allowed age is 5 days\)$/,
    ],
    [
      'that is garbage',
      async () => {
        await writeFile(join(folder, 'garbage.tar.gz'), 'garbage')
        return join(folder, 'garbage.tar.gz')
      },
      'SCAN_FAILED',
      /^this is not a database that grype .* can use: .*unable to import vulnerability database/,
    ],
  ])('%s fails where it is needed, and is a warning where it is not', async (_, make, code, message) => {
    const given = await make()
    await expect(open(given)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    const { scanner, lines } = await open(given, { required: false })
    expect(scanner).toBeUndefined()
    expect(lines.at(-1)).toMatch(/^warning: nothing is scanned: /)
  })
})
