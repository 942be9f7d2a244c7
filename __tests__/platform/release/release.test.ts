import { sha256Hex } from '../../../src/domain/digest.ts'
import { describe, expect, test } from 'vitest'
import { builtCommit, imageDigest, makeOutputFolder } from '../../support/release/output-folder.ts'
import { openRoom } from './release-room.ts'

describe.for([true, false])('a release, immutable: %s', immutable => {
  test('a draft, its assets, then the publication', async () => {
    await using room = await openRoom({ immutable })
    const { release, outcome } = await room.release()
    expect(outcome).toBe('made')
    expect(release).toMatchObject({ tag: 'v1.0.0', draft: false, prerelease: false, immutable })
    expect(room.github.problems).toEqual([])

    const writes = room.writes()
    expect(writes.slice(0, 2)).toEqual(['POST releases/generate-notes', 'POST releases'])
    expect(writes.at(-1)).toBe('PATCH releases/1')
    const uploads = room.github.journal.filter(({ host }) => host === 'uploads')
    expect(new Set(uploads.map(({ path }) => path.split('name=')[1]))).toEqual(
      new Set(room.output.assetNames),
    )
    expect(uploads.findIndex(({ path }) => path.endsWith('=checksums.txt'))).toBeGreaterThan(
      uploads.length - 5,
    )
    expect(writes).toHaveLength(uploads.length + 3)

    const content = room.releases.contentOf(room.releases.only('v1.0.0'))
    expect(Object.keys(content).sort()).toEqual(room.output.assetNames)
    expect(content['images.txt']).toBe(`ghcr.io/octo/senhas@${imageDigest}\n`)
    const sums = Object.entries(content)
      .filter(([name]) => name !== 'checksums.txt' && name !== 'packages.tar')
      .map(([name, text]) => `${sha256Hex(text)}  ${name}`)
    for (const line of sums) expect(content['checksums.txt']).toContain(`${line}\n`)
    expect(content['checksums.txt']).toMatch(/^[0-9a-f]{64} {2}packages\.tar$/m)
  })

  test('with the same content it is left as it is by the next run', async () => {
    await using room = await openRoom({ immutable })
    await room.release()
    const body = room.releases.only('v1.0.0').body
    const before = room.writes().length
    await using again = await makeOutputFolder('second')
    const writer = { run: '12.1', started: '2026-02-02T00:00:00.000Z' }
    const { outcome, release } = await room.release({ writer }, again)
    expect(outcome).toBe('unchanged')
    expect(release.draft).toBe(false)
    expect(room.writes()).toHaveLength(before)
    expect(room.releases.only('v1.0.0').body).toBe(body)
  })
})

test('assets go up four at a time', async () => {
  await using room = await openRoom()
  const gate = room.github.watch(/POST .*\/assets\?name=/)
  gate.holdUntil(4)
  // Each stays a while, so that a fifth would be seen.
  room.github.breakWith({
    match: /assets\?name=/,
    times: Infinity,
    action: { kind: 'delay', milliseconds: 20 },
  })
  await room.release()
  expect(gate.mostAtOnce()).toBe(4)
})

test('what has to be asked is asked side by side', async () => {
  await using room = await openRoom()
  const gate = room.github.watch(/GET .*(releases\?|releases\/tags|git\/ref)/)
  gate.holdUntil(3)
  await room.release()
  expect(
    room.github.asked.filter(line => line.startsWith('GET')).map(line => line.split('senhas/')[1]),
  ).toEqual([
    expect.stringMatching(/^(releases|git)/),
    expect.stringMatching(/^(releases|git)/),
    expect.stringMatching(/^(releases|git)/),
    'releases?per_page=100',
    expect.stringMatching(/^releases\/1/),
    expect.stringMatching(/^releases\/1/),
  ])
})

test('a draft stays one when told to', async () => {
  await using room = await openRoom({ immutable: true })
  const { release } = await room.release({ draft: true })
  expect(release.draft).toBe(true)
  expect(Object.keys(room.releases.contentOf(room.releases.only('v1.0.0')))).toHaveLength(16)
  const published = await room.release()
  expect(published.release).toMatchObject({ draft: false, id: release.id })
  expect(room.writes().filter(line => line.includes('assets?name='))).toHaveLength(16)
})

test.for([
  ['v1.0.0-rc.1', 'auto', true, undefined],
  ['v1.0.0', 'auto', false, 'true'],
  ['v1.0.0', 'true', true, undefined],
  ['nightly', 'auto', false, 'true'],
  ['v1.0.0-rc.1', 'false', false, 'true'],
] as const)('%s with prerelease %s', async ([tag, prerelease, expected, latest]) => {
  await using room = await openRoom({ tags: { [tag]: builtCommit } })
  const { release } = await room.release({ tag, prerelease })
  expect(release.prerelease).toBe(expected)
  expect(room.releases.only(tag).makeLatest).toBe(latest)
})

test('a draft by a person of a pre-release becomes one, and not the latest', async () => {
  await using room = await openRoom({ tags: { 'v1.0.0-rc.1': builtCommit } })
  room.releases.add({ tag: 'v1.0.0-rc.1', draft: true, body: 'By hand.', isImmutable: false })
  const { release } = await room.release({ tag: 'v1.0.0-rc.1' })
  expect(release).toMatchObject({ draft: false, prerelease: true })
  expect(room.releases.only('v1.0.0-rc.1').makeLatest).not.toBe('true')
})

test('a fix for an older line does not become the latest', async () => {
  await using room = await openRoom()
  room.releases.add({ tag: 'v2.0.0' })
  await room.release()
  expect(room.releases.only('v1.0.0').makeLatest).toBe('false')
})

test('further files go along', async () => {
  await using room = await openRoom()
  const more = [await room.output.write('extra/Guia rápido.pdf', 'pdf')]
  await room.release({ more })
  expect(room.releases.contentOf(room.releases.only('v1.0.0'))).toMatchObject({ 'Guia.rapido.pdf': 'pdf' })
  expect(room.github.problems).toEqual([])
})
