import { createVerify } from 'node:crypto'
import { appendFile, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../scripts/kit/kit-run.ts'
import { firstMemberLength } from '../../src/domain/gzip-member.ts'
import { resignPackages } from '../../src/melange/resign-packages.ts'
import { openPackageRuns, type PackageRun, type PackageRuns } from '../support/e2e/package-runs.ts'

describe.each(['0.58.0', '0.56.5'])('the store, with melange %s', version => {
  let runs: PackageRuns
  let first: PackageRun

  beforeAll(async () => {
    runs = await openPackageRuns(version)
    first = await runs.run()
  })
  afterAll(() => runs?.[Symbol.asyncDispose]())

  it('builds what it does not have', () => {
    expect([first.taken, first.warnings]).toEqual([{ liba: false, appb: false }, []])
  })

  it('keeps what was downloaded where it is told', async () => {
    const kept = await readdir(join(runs.workspace, '../downloads'), { recursive: true })
    expect(kept.filter(path => /busybox-[^/]+\/[^/]+\.ctl\.tar\.gz$/.test(path))).toHaveLength(1)
  })

  it('gives everything to a run in other folders, signed with the key of that run', async () => {
    const second = await runs.run()
    expect([second.taken, second.warnings]).toEqual([{ liba: true, appb: true }, []])
    for (const name of ['liba', 'appb']) {
      const [before, after] = [await parts(first, name), await parts(second, name)]
      expect(after.rest.equals(before.rest)).toBe(true)
      expect(after.name).toBe('.SIGN.RSA256.melange.rsa.pub')
      expect(await verifies(after, second)).toBe(true)
      expect(await verifies(after, first)).toBe(false)
    }
  })

  it('signs byte for byte as melange does when it builds', async () => {
    const built = first.apks['liba'] ?? ''
    const { apks, key } = await runs.run()
    const copy = join(key.privateKey, '../../liba-1.0.0-r0.apk')
    await copyFile(apks['liba'] ?? '', copy)
    expect((await readFile(copy)).equals(await readFile(built))).toBe(false)
    const { processes } = runs
    const scratch = dirname(copy)
    await resignPackages({ melange: runs.melange, key: first.key, apks: [copy], scratch }, { processes })
    expect((await readFile(copy)).equals(await readFile(built))).toBe(true)
  })

  it('gives packages that the real apko installs by the key of the run', async () => {
    const { repository } = await runs.run()
    const folder = join(repository, '..', 'image')
    await mkdir(folder)
    const config = join(folder, 'apko.yaml')
    const contents = {
      repositories: [runs.distribution.folder, repository],
      keyring: [runs.distribution.publicKey, join(repository, 'melange.rsa.pub')],
      packages: ['appb', 'liba', 'busybox'],
    }
    await writeFile(config, JSON.stringify({ contents, archs: ['x86_64'] }))
    const arguments_ = [
      'build',
      config,
      'test:1',
      join(folder, 'image.tar'),
      '--sbom=false',
      '--cache-dir',
      join(folder, 'cache'),
    ]
    await run(runs.apko.path, arguments_)
    const listed = await run('tar', [
      '-xOf',
      join(folder, 'image.tar'),
      await layerOf(join(folder, 'image.tar')),
    ])
    const inside = gunzipSync(listed).toString('latin1')
    expect(inside).toContain('usr/share/appb/text')
    expect(inside).toContain(`P:appb\n`)
  })

  it('builds the dependants of what changed, and nothing else', async () => {
    const text = join(runs.workspace, 'appb', 'text')
    await appendFile(text, 'more\n')
    expect((await runs.run()).taken).toEqual({ liba: true, appb: false })
    await appendFile(join(runs.workspace, 'liba', 'text'), 'more\n')
    expect((await runs.run()).taken).toEqual({ liba: false, appb: false })
    await appendFile(join(runs.workspace, 'liba', 'melange.yaml'), '# a remark\n')
    expect((await runs.run()).taken).toEqual({ liba: true, appb: true })
    await writeFile(join(runs.workspace, 'liba', '.melangeignore'), '*.o\n')
    await runs.run()
    await writeFile(join(runs.workspace, 'liba', 'left.o'), 'ignored')
    expect((await runs.run()).taken).toEqual({ liba: true, appb: true })
  })
})

interface ApkParts {
  readonly name: string
  readonly signature: Buffer
  readonly control: Buffer
  /** Control and data. */
  readonly rest: Buffer
}

async function parts({ apks }: PackageRun, name: string): Promise<ApkParts> {
  const bytes = await readFile(apks[name] ?? '')
  const length = firstMemberLength(bytes)
  const tar = gunzipSync(bytes.subarray(0, length))
  const size = Number.parseInt(tar.toString('latin1', 124, 135), 8)
  const rest = bytes.subarray(length)
  return {
    name: tar.toString('latin1', 0, 100).replace(/\0+$/, ''),
    signature: tar.subarray(512, 512 + size),
    control: rest.subarray(0, firstMemberLength(rest)),
    rest,
  }
}

async function verifies({ signature, control }: ApkParts, { key }: PackageRun): Promise<boolean> {
  const publicKey = await readFile(key.publicKey)
  return createVerify('RSA-SHA256').update(control).verify(publicKey, signature)
}

async function layerOf(image: string): Promise<string> {
  const names = (await run('tar', ['-tf', image])).toString().split('\n')
  return names.find(name => name.endsWith('.tar.gz')) ?? ''
}
