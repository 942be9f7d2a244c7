import { expect, test } from 'vitest'
import { makeOutputFolder } from '../../support/release/output-folder.ts'
import { openRoom } from './release-room.ts'

const later = { run: '12.1', started: '2026-02-02T00:00:00.000Z' }

test('a release that a person published empty gets its assets, and keeps its text', async () => {
  await using room = await openRoom()
  room.releases.add({ tag: 'v1.0.0', name: 'First', body: 'Hello.' })
  const { outcome } = await room.release()
  expect(outcome).toBe('completed')
  const { name, body, draft } = room.releases.only('v1.0.0')
  expect({ name, draft }).toEqual({ name: 'First', draft: false })
  expect(body).toMatch(/^Hello\.\n\n<!-- giropops-build: begin run=11\.1 /)
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual(room.output.assetNames)
  expect(room.writes()).not.toContain('POST releases/generate-notes')
  expect(room.github.problems).toEqual([])
})

test('where releases are immutable, that is told with the way that works', async () => {
  await using room = await openRoom({ immutable: true })
  room.releases.add({ tag: 'v1.0.0', isImmutable: true })
  await expect(room.release()).rejects.toMatchObject({
    code: 'RELEASE_FAILED',
    message: expect.stringMatching(
      /v1\.0\.0 is published and immutable, and these are not in it: packages\.tar, /,
    ),
    hint: expect.stringContaining('Start from the push of a tag'),
  })
  expect(room.writes()).toEqual([])
})

test.for([true, false])('other content is refused, immutable: %s', async immutable => {
  await using room = await openRoom({ immutable })
  await room.release()
  const before = room.writes().length
  await using other = await makeOutputFolder('second', 'other bytes')
  const error: unknown = await room.release({ writer: later }, other).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'RELEASE_FAILED',
    message: expect.stringContaining('packages.tar, senhas-1.0.0-r0.x86_64.apk'),
    hint: expect.stringContaining(immutable ? 'cannot be changed' : 'replace: true'),
  })
  expect(room.writes()).toHaveLength(before)
})

test('another digest of the image is other content', async () => {
  await using room = await openRoom()
  await room.release()
  await using other = await makeOutputFolder('second')
  const [image] = other.record.images
  const digest = `sha256:${'0'.repeat(64)}` as NonNullable<typeof image>['digest']
  const images = other.record.images.map(each => ({ ...each, digest }))
  const record = { ...other.record, images }
  await expect(room.release({ writer: later }, { ...other, record })).rejects.toMatchObject({
    message: expect.stringContaining('images.txt'),
  })
})

test('told to, it replaces what differs, and all that tells of it', async () => {
  await using room = await openRoom()
  await room.release()
  await using other = await makeOutputFolder('second', 'other bytes')
  const { outcome } = await room.release({ writer: later, replace: true }, other)
  expect(outcome).toBe('completed')
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(content['senhas-1.0.0-r0.x86_64.apk']).toBe('other bytes')
  expect(content['giropops.json']).toContain('"second"')
  expect(room.releases.only('v1.0.0').body).toContain('begin run=12.1')
  const replaced = room.writes().filter(line => line.startsWith('DELETE'))
  expect(replaced).toHaveLength(4)
})

test('an asset that is missing is added where it can be, a broken one replaced', async () => {
  await using room = await openRoom()
  await room.release()
  const { assets } = room.releases
  const find = (name: string) => [...assets.values()].find(each => each.name === name)
  assets.delete(find('images.txt')?.id ?? 0)
  const broken = find('apko-scan.sarif')
  if (broken !== undefined) assets.set(broken.id, { ...broken, state: 'starter' })
  await room.release({ writer: later })
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual(room.output.assetNames)
  expect(room.writes().filter(line => line.startsWith('DELETE'))).toHaveLength(1)
})

test('an immutable release that lacks only what tells of a run is left, and that is told', async () => {
  await using room = await openRoom({ immutable: true })
  await room.release()
  const { assets } = room.releases
  const found = [...assets.values()].find(each => each.name === 'apko-scan.sarif')
  assets.delete(found?.id ?? 0)
  expect(await room.release({ writer: later })).toMatchObject({ outcome: 'unchanged' })
  expect(room.ports.lines.join('\n')).toContain('is immutable, so it stays without apko-scan.sarif')
})
