import { expect, test } from 'vitest'
import { builtCommit } from '../../support/release/output-folder.ts'
import { after, openRoom, type RoomOptions } from './release-room.ts'
import type { ReleaseWish } from '../../../src/release/wish.ts'

test('a missing permission is named before anything is made', async () => {
  await using room = await openRoom()
  room.github.permit({ contents: 'read' })
  await expect(room.release()).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining('Resource not accessible by integration'),
    hint: expect.stringContaining('`contents: write`'),
  })
  expect(room.releases.releases.size).toBe(0)
})

const refusals: readonly {
  readonly what: string
  readonly options: RoomOptions
  readonly wish?: Partial<ReleaseWish>
  readonly says: RegExp
}[] = [
  { what: 'a tag that is gone', options: { tags: {} }, says: /v1\.0\.0, which this run is for, is not in/ },
  {
    what: 'a tag of another commit',
    options: { tags: { 'v1.0.0': after } },
    says: /names the commit d{40}, and c{40} was built/,
  },
  {
    what: 'an annotated tag of another commit',
    options: { tags: {}, annotated: { 'v1.0.0': { commit: after } } },
    says: /names the commit d{40}, and c{40} was built/,
  },
  {
    what: 'no tag and no commit',
    options: { tags: {} },
    wish: { isPushed: false, commit: undefined },
    says: /no commit is known/,
  },
]

test.for(refusals)('$what', async ({ options, wish, says }) => {
  await using room = await openRoom(options)
  await expect(room.release(wish)).rejects.toMatchObject({
    code: 'RELEASE_FAILED',
    message: expect.stringMatching(says),
  })
  expect(room.writes()).toEqual([])
  expect(room.github.problems).toEqual([])
})

test('an annotated tag is fine, and left', async () => {
  await using room = await openRoom({
    tags: {},
    annotated: { 'v1.0.0': { commit: builtCommit, signature: 'sig' } },
  })
  const ref = room.git.refs.get('tags/v1.0.0')
  await room.release()
  expect(room.git.refs.get('tags/v1.0.0')).toEqual(ref)
})

test('a tag that was only named is made on publication, of the commit that was built', async () => {
  await using room = await openRoom({ tags: {} })
  const { commit } = await room.release({ isPushed: false })
  expect(commit).toBe(builtCommit)
  expect(room.git.commitOf('v1.0.0')).toBe(builtCommit)
  expect(room.ports.lines.join('\n')).toMatch(
    /notice: the tag v1\.0\.0 is not there yet: .* unsigned one of c{40}/,
  )
  expect(room.github.problems).toEqual([])
})

test('a rule that forbids the tag leaves a complete draft, and says so', async () => {
  await using room = await openRoom({ tags: {} })
  room.git.rules.set('versions', /^v/)
  await expect(room.release({ isPushed: false })).rejects.toMatchObject({
    code: 'RELEASE_FAILED',
    message: expect.stringContaining('Cannot create ref due to creations being restricted'),
    hint: expect.stringMatching(/A rule of the repository.*untagged-1$/),
  })
  expect(room.releases.only('v1.0.0').draft).toBe(true)
})

test('a tag that an immutable release had is never given again', async () => {
  await using room = await openRoom({ immutable: true })
  room.releases.retired.add('v1.0.0')
  await expect(room.release()).rejects.toMatchObject({
    code: 'RELEASE_FAILED',
    hint: expect.stringContaining('release under a new one'),
  })
})

test('an asset that comes after the publication is refused by GitHub, and that is told', async () => {
  await using room = await openRoom({ immutable: true })
  room.github.breakWith({
    match: /POST .*assets\?name=senhas-1\.0\.0-r0\.x86_64\.apk$/,
    action: {
      kind: 'meanwhile',
      act: () => Object.assign(room.releases.only('v1.0.0'), { draft: false, isImmutable: true }),
    },
  })
  await expect(room.release()).rejects.toMatchObject({
    code: 'RELEASE_FAILED',
    message: expect.stringMatching(/published meanwhile and is immutable/),
  })
})

test('an outage that lasts leaves a draft, and no release', async () => {
  await using room = await openRoom({ deadline: 5_000 })
  room.github.breakWith({ match: /POST .*\/assets\?/, times: 1000, action: { kind: 'reset' } })
  await expect(room.release()).rejects.toMatchObject({ code: 'NETWORK_FAILED' })
  expect(room.releases.only('v1.0.0').draft).toBe(true)
})
