import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeRelease } from '../../stages/tools/tarballs.ts'
import { startReleaseServer, type ReleaseServer } from '../../support/release-server.ts'

const script = fileURLToPath(new URL('../../../scripts/catalogue.ts', import.meta.url))
const known = { apko: { '1.2.39': { linux_amd64: '3'.repeat(64) } }, melange: {} }

let folder: string
let file: string
let server: ReleaseServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'))
  file = join(folder, 'catalogue.json')
  await writeFile(file, JSON.stringify(known))
  server = await startReleaseServer({ folder })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function run(...args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [script, ...args, '--mirror', server.url, '--file', file])
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code, stderr }
}

/** A release of two platforms, and what its checksums.txt says. */
async function publish(version: string, lie = false): Promise<Record<string, string>> {
  const platforms = ['linux_arm64', 'darwin_amd64']
  const made = await Promise.all(
    platforms.map(async platform => ({
      platform,
      ...(await makeRelease(folder, 'apko', { version, platform })),
    })),
  )
  const lines = made.map(
    ({ platform, sha256 }) => `${lie ? 'f'.repeat(64) : sha256}  apko_${version}_${platform}.tar.gz`,
  )
  const checksums = join(folder, dirname(made[0]?.path ?? ''), 'checksums.txt')
  await writeFile(checksums, [...lines, `${'0'.repeat(64)}  apko_${version}_checksums.sbom`].join('\n'))
  return Object.fromEntries(made.map(({ platform, sha256 }) => [platform, sha256]))
}

describe('scripts/catalogue.ts', () => {
  it('adds a release that is what it says, in order', async () => {
    const [older, newer] = [await publish('1.2.7'), await publish('1.2.40')]
    expect(await run('apko', 'v1.2.40')).toEqual({ code: 0, stderr: '' })
    expect(await run('apko', '1.2.7')).toMatchObject({ code: 0 })
    const written = await readFile(file, 'utf8')
    expect(JSON.parse(written)).toEqual({
      apko: { '1.2.7': older, ...known.apko, '1.2.40': newer },
      melange: {},
    })
    expect(written.indexOf('"1.2.7"')).toBeLessThan(written.indexOf('"1.2.39"'))
    expect(written.indexOf('"1.2.39"')).toBeLessThan(written.indexOf('"1.2.40"'))
  })

  it.each<[string, () => Promise<unknown>, string[], RegExp]>([
    [
      'a tarball that is not what checksums.txt says',
      () => publish('1.2.40', true),
      ['apko', '1.2.40'],
      /but checksums.txt says f{64}/,
    ],
    [
      'another sha256 for what is known',
      () =>
        publish('1.2.39').then(() =>
          writeFile(file, JSON.stringify({ ...known, apko: { '1.2.39': { linux_arm64: '3'.repeat(64) } } })),
        ),
      ['apko', '1.2.39'],
      /the catalogue has another sha256/,
    ],
    ['a release that is not there', async () => {}, ['melange', '1.0.0'], /checksums\.txt: 404/],
    ['another tool', async () => {}, ['ko', '1.0.0'], /usage:/],
    ['no version', async () => {}, ['apko', 'latest'], /usage:/],
  ])('refuses %s, and records nothing', async (_, prepare, args, message) => {
    await prepare()
    const before = await readFile(file, 'utf8')
    expect(await run(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) })
    expect(await readFile(file, 'utf8')).toBe(before)
  })
})
