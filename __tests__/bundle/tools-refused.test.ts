import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { tarEnd, tarEntry, writeEntry } from '../../scripts/kit/tar.ts'
import { cachedTools } from '../support/bundle/cached.ts'
import { platform, putRelease } from '../support/bundle/fake-releases.ts'
import { expectFailed, expectFailure, type SeenFailure, expectSuccess } from '../support/bundle/failures.ts'
import { anyMachine } from '../support/bundle/plain-text.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import type { Trouble } from '../support/release-server.ts'

const always = Number.MAX_SAFE_INTEGER

/** What `setup` tells when apko cannot be had; melange is in the cache all the same, and nothing of apko. */
async function refused(
  scene: Scene,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Omit<SeenFailure, 'at'>> {
  const { code, text } = await expectFailure(
    scene,
    await scene.step('setup', { deadline: '200ms', ...inputs }),
  )
  expect(await cachedTools(scene.job.tools)).toEqual(['melange 0.56.5'])
  return { code, text: anyMachine(text) }
}

async function troubled(trouble: Trouble): Promise<Omit<SeenFailure, 'at'>> {
  await using scene = await openScene()
  scene.server.faults.push({ ...trouble, path: scene.releases.apko.path, times: always })
  return await refused(scene)
}

describe('a mirror', () => {
  it('that gives other bytes than the catalogue has', async () => {
    await using scene = await openScene()
    expect(await refused(scene, { 'apko-sha256': '' })).toMatchInlineSnapshot(`
      {
        "code": "CHECKSUM_MISMATCH",
        "text": "the tarball of apko 1.2.39 for linux/<arch> from <mirror> has sha256 <sha256>; expected: <sha256>
      Nothing of it was kept. Do not use it, unless the mirror serves a build of your own: then give apko-sha256.",
      }
    `)
  })
  it('that gives other bytes than were asked for', async () => {
    expect(await troubled({ kind: 'corrupt', at: 500 })).toMatchInlineSnapshot(`
      {
        "code": "CHECKSUM_MISMATCH",
        "text": "the tarball of apko 1.2.39 for linux/<arch> from <mirror> has sha256 <sha256>; expected: <sha256>
      Nothing of it was kept. Do not use it, unless the mirror serves a build of your own: then give apko-sha256.",
      }
    `)
  })
  it('that cuts every answer', async () => {
    expect(await troubled({ kind: 'truncate', after: 5, announced: true })).toMatchInlineSnapshot(`
      {
        "code": "NETWORK_FAILED",
        "text": "cannot reach <host>: the connection was closed before the answer was whole
      Check that this machine reaches it (address, firewall, the proxy in http_proxy, https_proxy and no_proxy), or run it again later.",
      }
    `)
  })
  it('that has a login page', async () => {
    expect(await troubled({ kind: 'html' })).toMatchInlineSnapshot(`
      {
        "code": "DOWNLOAD_FAILED",
        "text": "<mirror> gave an HTML page instead of the tarball of apko 1.2.39 for linux/<arch>: a proxy or login page?
      Look at tools-mirror and at the proxy in front of it.",
      }
    `)
  })
  it('that does not have it', async () => {
    const { code, text } = await troubled({ kind: 'status', status: 404 })
    expect(code).toBe('DOWNLOAD_FAILED')
    expect(text).toMatch(
      /^<mirror> has no apko 1\.2\.39 for linux\/<arch> \(404\)\nThe catalogue knows apko 1\.2\.39 for .*; look whether tools-mirror has it\.$/,
    )
  })
  it('that does not let us in', async () => {
    expect(await troubled({ kind: 'status', status: 403 })).toMatchInlineSnapshot(`
      {
        "code": "DOWNLOAD_FAILED",
        "text": "<mirror> refuses apko 1.2.39 for linux/<arch> (403)
      Check that <mirror> may be read without a login, or set tools-mirror to one that may; a binary can also be given by its path as apko-version.",
      }
    `)
  })
  it('that is not well for ever', async () => {
    expect(await troubled({ kind: 'status', status: 500 })).toMatchInlineSnapshot(`
      {
        "code": "DOWNLOAD_FAILED",
        "text": "<mirror> answered 500 for apko 1.2.39 for linux/<arch>
      Run it again later, or set tools-mirror to another mirror.",
      }
    `)
  })
  it('that wants us to wait for longer than we do', async () => {
    const headers = { 'retry-after': '3600' }
    expect(await troubled({ kind: 'status', status: 429, headers })).toMatchInlineSnapshot(`
      {
        "code": "DOWNLOAD_FAILED",
        "text": "<mirror> answered 429 for apko 1.2.39 for linux/<arch>
      Run it again later, or set tools-mirror to another mirror.",
      }
    `)
  })
  it('that is not there', async () => {
    await using scene = await openScene()
    await scene.server.close()
    const found = await expectFailed(scene, await scene.step('setup', { deadline: '200ms' }))
    expect(found[0]).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "NETWORK_FAILED",
        "text": "cannot reach <host>: connection refused
      Check that this machine reaches it (address, firewall, the proxy in http_proxy, https_proxy and no_proxy), or run it again later.",
      }
    `)
    expect(found[1]).toEqual(found[0])
  })
})

describe('a tarball', () => {
  it('that is cut though its sha256 is right', async () => {
    await using scene = await openScene()
    const good = await readFile(scene.releases.apko.file)
    const { sha256 } = await putRelease({ folder: scene.mirror, tool: 'apko', bytes: good.subarray(0, 500) })
    expect(await refused(scene, { 'apko-sha256': sha256 })).toMatchInlineSnapshot(`
      {
        "code": "ARCHIVE_INVALID",
        "text": "the tarball of apko 1.2.39 for linux/<arch> is damaged (unexpected end of file)
      Nothing of it was kept. Its sha256 is the expected one, so ask whoever made it, or take another apko-version.",
      }
    `)
  })

  it('with a path that leads out of its folder', async () => {
    await using scene = await openScene()
    const name = `apko_1.2.39_${platform}`
    const entries = [`${name}/apko`, `${name}/../../../out`].map(path =>
      writeEntry(tarEntry(path, { data: Buffer.from('#!/bin/sh\n') })),
    )
    const bytes = gzipSync(Buffer.concat([...entries, tarEnd]))
    const { sha256 } = await putRelease({ folder: scene.mirror, tool: 'apko', bytes })
    expect(await refused(scene, { 'apko-sha256': sha256 })).toMatchInlineSnapshot(`
      {
        "code": "ARCHIVE_INVALID",
        "text": "the tarball of apko 1.2.39 for linux/<arch> holds "apko_1.2.39_linux_<arch>/../../../out", which is not below apko_1.2.39_linux_<arch>/
      Nothing of it was kept. Its sha256 is the expected one, so ask whoever made it, or take another apko-version.",
      }
    `)
    expect((await readdir(scene.job.root, { recursive: true })).filter(path => path.endsWith('out'))).toEqual(
      [],
    )
  })
})

describe('a version outside of the catalogue', () => {
  it('is refused with what checksums.txt of its release says', async () => {
    await using scene = await openScene()
    const version = { version: '1.99.0', helpOf: '1.2.31' }
    const { sha256, file } = await putRelease({ folder: scene.mirror, tool: 'apko', version })
    await writeFile(join(file, '../checksums.txt'), `${sha256}  apko_1.99.0_${platform}.tar.gz\n`)
    const inputs = { 'apko-version': '1.99.0', 'apko-sha256': '' }
    const { code, text } = await refused(scene, inputs)
    expect(code).toBe('TOOL_UNKNOWN')
    expect(text).toContain(
      'the catalogue has no sha256 of apko 1.99.0 for linux/<arch>\nGive apko-sha256: <sha256> if you trust it',
    )
    const raw = await scene.step('setup', inputs)
    expect(raw.raw).toContain(sha256)

    const given = await scene.step('setup', { ...inputs, 'apko-sha256': sha256 })
    expectSuccess(given)
    expect(given.outputs['apko-version']).toBe('1.99.0')
  })
})
