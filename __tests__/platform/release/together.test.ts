import { expect, test } from 'vitest'
import { makeOutputFolder } from '../../support/release/output-folder.ts'
import { openRoom } from './release-room.ts'

const first = { run: '11.1', started: '2026-01-02T03:04:05.000Z' }
const second = { run: '12.1', started: '2026-01-02T03:04:06.000Z' }

test('two runs that find nothing make one release, all of the one that began later', async () => {
  await using room = await openRoom({ immutable: true })
  await using other = await makeOutputFolder('second')
  const gate = room.github.watch(/POST .*\/releases$/)
  gate.holdUntil(2)
  const [one, two] = await Promise.allSettled([
    room.release({ writer: first }),
    room.release({ writer: second }, other),
  ])
  expect(two).toMatchObject({ status: 'fulfilled', value: { release: { draft: false } } })
  expect(one).toMatchObject({
    status: 'rejected',
    reason: { code: 'RELEASE_FAILED', message: expect.stringContaining('is written by run 12.1') },
  })
  const release = room.releases.only('v1.0.0')
  expect(release).toMatchObject({ draft: false, body: expect.stringContaining('begin run=12.1') })
  const content = room.releases.contentOf(release)
  expect(Object.keys(content).sort()).toEqual(other.assetNames)
  expect(content['giropops.json']).toContain('"second"')
  expect(room.github.problems).toEqual([])
})

test('a later run takes over while the first one sends its assets', async () => {
  await using room = await openRoom({ immutable: true })
  await using other = await makeOutputFolder('second')
  let taken: Promise<unknown> = Promise.resolve()
  room.github.breakWith({
    match: /POST .*assets\?name=senhas-1\.0\.0-r0\.x86_64\.apk$/,
    action: { kind: 'meanwhile', act: () => (taken = room.release({ writer: second }, other)) },
  })
  await expect(room.release({ writer: first })).rejects.toMatchObject({ code: 'RELEASE_FAILED' })
  await taken
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual(other.assetNames)
  expect(content['giropops.json']).toContain('"second"')
})

test('the first one then leaves the draft alone', async () => {
  await using room = await openRoom()
  await using other = await makeOutputFolder('second')
  room.github.breakWith({
    match: /POST .*assets\?name=giropops\.json$/,
    action: { kind: 'meanwhile', act: () => room.release({ writer: second, draft: true }, other) },
  })
  await expect(room.release({ writer: first })).rejects.toMatchObject({
    message: expect.stringContaining('is written by run 12.1'),
  })
  const release = room.releases.only('v1.0.0')
  expect(release.draft).toBe(true)
  const content = room.releases.contentOf(release)
  expect(Object.keys(content).sort()).toEqual(other.assetNames)
  expect(content['giropops.json']).toContain('"second"')
})

test('an earlier run steps back from the draft of a later one', async () => {
  await using room = await openRoom()
  await room.release({ writer: second, draft: true })
  const before = room.writes().length
  await expect(room.release({ writer: first })).rejects.toMatchObject({
    message: expect.stringContaining('run 12.1, which began later'),
  })
  expect(room.writes().slice(before)).toEqual([])
})

test('the next attempt of a run does not wait for the one before, another run does', async () => {
  await using room = await openRoom()
  await room.release({ writer: first, draft: true })
  await room.release({ writer: { run: '11.2', started: second.started }, draft: true })
  expect(room.ports.waits).toEqual([])
  await room.release({ writer: { run: '12.1', started: '2026-01-03T00:00:00.000Z' }, draft: true })
  expect(room.ports.waits).toEqual([5000])
})

test('a draft that is deleted meanwhile is told', async () => {
  await using room = await openRoom()
  room.github.breakWith({
    match: /POST .*assets\?name=checksums\.txt$/,
    action: { kind: 'meanwhile', act: () => room.releases.releases.clear() },
  })
  await expect(room.release()).rejects.toMatchObject({
    code: expect.stringMatching(/RELEASE_FAILED|GITHUB_REFUSED/),
  })
})
