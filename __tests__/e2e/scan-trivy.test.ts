import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kitTrivyDatabase, type KitTrivyDatabase } from '../../scripts/kit/kit-trivy-database.ts'
import { kitTrivy } from '../../scripts/kit/kit-trivy.ts'
import type { BuiltImage } from '../../src/domain/image.ts'
import { openScanner, type OpenScanner } from '../../src/scan/open-scanner.ts'
import { buildRealImage } from '../support/e2e/built-image.ts'
import { realPorts } from '../support/e2e/real-ports.ts'
import { pushTrivyDatabase } from '../support/e2e/trivy-artifact.ts'
import { startRegistry } from '../support/registry/registry.ts'

const kit = await kitTrivy(line => console.error(line))

describe.skipIf(kit === undefined)('trivy, where it is there', () => {
  let folder: string
  let image: BuiltImage
  let database: KitTrivyDatabase

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scan-trivy-'))
    image = await buildRealImage({ folder: join(folder, 'image') })
    database = await kitTrivyDatabase(join(folder, 'database'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  let opened = 0

  async function open(given: string, cache?: string): Promise<OpenScanner> {
    opened += 1
    const toolCache = cache ?? join(folder, `cache-${opened}`)
    await mkdir(toolCache, { recursive: true })
    const { version = '', binary: path = '', sha256 = '' } = kit ?? {}
    const scanner = await openScanner(
      {
        tool: { name: 'trivy', version, path, sha256, source: 'path', flags: new Set() },
        database: given,
        required: true,
        machine: { workspace: folder, temp: join(folder, `temp-${opened}`) },
        limit: 120_000,
      },
      realPorts({ toolCache, env: { TRIVY_EXIT_CODE: '3' } }),
    )
    if (scanner === undefined) throw new Error('no scanner')
    return scanner
  }

  it('finds what the database has of the image, on both architectures', async () => {
    const scanner = await open(database.archive)
    expect(scanner.scanner.database).toMatchObject({ source: database.archive, sha256: database.sha256 })
    const scans = await scanner.scan(image)
    for (const { findings } of scans) {
      expect(findings.map(each => [each.id, each.severity, each.package, each.fixedIn, each.kind])).toEqual([
        ['CVE-2026-11111', 'critical', 'libssl3', ['3.0.30-r0'], 'apk'],
        ['CVE-2026-11112', 'high', 'zlib1g', ['1.2.14-r0'], 'apk'],
      ])
    }
    expect(scans.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
  })

  it('takes its database from a mirror, once a day', async () => {
    const registry = await startRegistry()
    try {
      const place = `${registry.host}/mirror/trivy-db`
      await pushTrivyDatabase(database.archive, place, '2')
      const cache = join(folder, 'cache-mirror')
      const scanner = await open(`${place}:2`, cache)
      expect(scanner.scanner.database.source).toBe(`${place}:2`)
      const asked = registry.journal.length
      await open(`${place}:2`, cache)
      expect(registry.journal).toHaveLength(asked)
      expect((await scanner.scan(image))[0]?.findings).toHaveLength(2)
    } finally {
      await registry.close()
    }
  })

  it('is told when the mirror has no database, or is not there', async () => {
    const registry = await startRegistry()
    const missing = open(`${registry.host}/mirror/none:2`)
    await expect(missing).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringContaining(`download of its database from ${registry.host}/mirror/none:2`),
    })
    await registry.close()
    await expect(open(`${registry.host}/mirror/none:2`)).rejects.toMatchObject({ code: 'SCAN_FAILED' })
  })

  it('is told when the database is too old, or none', async () => {
    const old = await kitTrivyDatabase(join(folder, 'old'), new Date(Date.now() - 9 * 86_400_000))
    await expect(open(old.archive)).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(/^trivy's database is too old: made .*, 9 days ago/),
    })
    const none = join(folder, 'image', 'hello.yaml')
    await expect(open(none)).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringMatching(/^this is not a database of trivy: /),
    })
    expect(await readFile(none, 'utf8')).toContain('hello')
  })

  it('is blind when the image has packages that it did not see', async () => {
    const scanner = await open(database.archive)
    const ghost = { name: 'ghost', version: '1-r0', arch: 'x86_64', checksum: '', distribution: 'wolfi' }
    const haunted = {
      ...image,
      platforms: image.platforms.map(each => ({ ...each, apks: [...each.apks, ghost] })),
    }
    await expect(scanner.scan(haunted)).rejects.toMatchObject({
      code: 'SCAN_BLIND',
      message: expect.stringContaining('not seen: ghost-1-r0'),
    })
  })
})
