import { expect, test } from 'vitest'
import { openGithub } from '../../../src/github/rest.ts'
import { moveMajorTags } from '../../../src/release/move-major-tags.ts'
import { openGit, type GitOptions } from '../../support/github/git.ts'
import { openReleases } from '../../support/github/releases.ts'
import { startGithub } from '../../support/github/start.ts'
import { networkPorts } from '../../support/network-ports.ts'

const [base, old, now, next, side] = ['1', '2', '3', '4', '5'].map(each => each.repeat(40)) as [
  string,
  string,
  string,
  string,
  string,
]
/** A line of commits, and a side branch for fixes of an older version. */
const commits = { [base]: [], [old]: [base], [now]: [old], [next]: [now], [side]: [old] }

async function open(options: Omit<GitOptions, 'commits'> & { readonly immutable?: boolean }) {
  const git = openGit({ commits, ...options })
  const releases = openReleases({ git, immutable: options.immutable ?? false })
  const github = await startGithub({ areas: [git.area, releases.area] })
  const ports = networkPorts()
  const room = {
    github: openGithub({ api: github.url, token: github.token }, ports),
    path: '/repos/octo/senhas',
    ports,
  }
  return {
    git,
    releases,
    github,
    ports,
    move: (tag: string) => moveMajorTags({ tag, commit: git.commitOf(tag) ?? '' }, room),
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all([github[Symbol.asyncDispose](), ports[Symbol.asyncDispose]()])),
  }
}

test('makes what is not there, and moves what is behind', async () => {
  await using room = await open({ tags: { 'v1.2.3': now, v1: old, 'v1.1.0': old } })
  expect(await room.move('v1.2.3')).toEqual({ moved: ['v1', 'v1.2'], failures: [] })
  expect([room.git.commitOf('v1'), room.git.commitOf('v1.2')]).toEqual([now, now])
  expect(room.github.problems).toEqual([])
  expect(room.ports.lines).toEqual(expect.arrayContaining([`v1 is moved from ${old}: v1.2.3`]))
  // It leads forward, so no force is needed.
  expect(room.github.journal.find(({ method }) => method === 'PATCH')?.body).toEqual({
    sha: now,
    force: false,
  })
})

test('run again, it writes nothing', async () => {
  await using room = await open({ tags: { 'v1.2.3': now, v1: now, 'v1.2': now } })
  expect(await room.move('v1.2.3')).toEqual({ moved: ['v1', 'v1.2'], failures: [] })
  expect(room.github.journal.filter(({ method }) => method !== 'GET')).toEqual([])
})

test.for(['v1.3.0-rc.1', 'nightly'])('never to %s', async tag => {
  await using room = await open({ tags: { [tag]: next, v1: now } })
  expect(await room.move(tag)).toEqual({ moved: [], failures: [] })
  expect(room.git.commitOf('v1')).toBe(now)
  expect(room.github.asked).toEqual([])
})

test.for([
  ['lightweight versions', { tags: { 'v1.2.4': side, v1: now, 'v1.2': old, 'v1.2.3': old, 'v1.3.0': now } }],
  [
    'annotated versions',
    {
      tags: { 'v1.2.4': side, v1: now, 'v1.2': old },
      annotated: { 'v1.2.3': { commit: old }, 'v1.3.0': { commit: now } },
    },
  ],
] as const)('never backwards: a fix of an older line moves its own tag only, %s', async ([, options]) => {
  await using room = await open(options)
  expect(await room.move('v1.2.4')).toEqual({ moved: ['v1.2'], failures: [] })
  expect([room.git.commitOf('v1'), room.git.commitOf('v1.2')]).toEqual([now, side])
  const told = room.ports.lines.join('\n')
  expect(told).toContain('notice: v1 stays where it is: it names v1.3.0, which is newer than v1.2.4')
  expect(room.github.problems).toEqual([])
})

test('v10 is no v1, and a pre-release of a higher version holds nothing back', async () => {
  await using room = await open({ tags: { 'v1.2.4': now, v1: old, 'v10.0.0': old, 'v1.3.0-rc.1': old } })
  expect(await room.move('v1.2.4')).toMatchObject({ moved: ['v1', 'v1.2'] })
})

test('a branch that leads elsewhere is forced, once GitHub has refused it otherwise', async () => {
  await using room = await open({
    tags: { 'v1.2.4': side, 'v1.2.3': now, 'v1.2': now, 'v1.3.0': next, v1: next },
  })
  expect(await room.move('v1.2.4')).toEqual({ moved: ['v1.2'], failures: [] })
  expect(room.git.commitOf('v1.2')).toBe(side)
  const patches = room.github.journal.filter(({ method }) => method === 'PATCH')
  expect(patches.map(({ body }) => body)).toEqual([
    { sha: side, force: false },
    { sha: side, force: true },
  ])
})

test('a later commit that is no version is not left', async () => {
  await using room = await open({ tags: { 'v1.2.4': now, v1: next } })
  expect(await room.move('v1.2.4')).toEqual({ moved: ['v1.2'], failures: [] })
  expect(room.git.commitOf('v1')).toBe(next)
  expect(room.ports.lines.join('\n')).toContain(`v1 stays where it is: it names ${next}, a later commit`)
})

test('an annotated tag stays annotated', async () => {
  await using room = await open({ tags: { 'v1.2.4': now }, annotated: { v1: { commit: old } } })
  expect(await room.move('v1.2.4')).toMatchObject({ moved: ['v1', 'v1.2'] })
  const object = room.git.refs.get('tags/v1')
  expect(object?.type).toBe('tag')
  expect(room.git.tagObjects.get(object?.sha ?? '')).toMatchObject({ tag: 'v1', message: 'About v1\n' })
  expect(room.git.commitOf('v1')).toBe(now)
  expect(room.git.refs.get('tags/v1.2')?.type).toBe('commit')
  expect(room.github.problems).toEqual([])
})

test('a signed tag is not replaced by one without a signature', async () => {
  await using room = await open({
    tags: { 'v1.2.4': now },
    annotated: { v1: { commit: old, signature: 'pgp' } },
  })
  const { moved, failures } = await room.move('v1.2.4')
  expect(moved).toEqual(['v1.2'])
  expect(failures).toMatchObject([
    { code: 'TAG_REFUSED', hint: expect.stringContaining('git tag --sign --force v1 v1.2.4^{}') },
  ])
  expect(room.git.commitOf('v1')).toBe(old)
})

test('a rule that forbids it is named', async () => {
  await using room = await open({ tags: { 'v1.2.4': now, v1: old } })
  room.git.rules.set('no moves', /^v1$/)
  const { moved, failures } = await room.move('v1.2.4')
  expect(moved).toEqual(['v1.2'])
  expect(failures).toMatchObject([
    {
      code: 'TAG_REFUSED',
      message: expect.stringMatching(/^v1 is not moved to v1\.2\.4: .*422: Repository rule violations found/),
      hint: expect.stringContaining('"no moves"'),
    },
  ])
  expect(room.github.problems).toEqual([])
})

test('the tag of an immutable release is not moved, with the reason', async () => {
  await using room = await open({ tags: { 'v1.2.4': now, v1: old }, immutable: true })
  room.releases.add({ tag: 'v1', isImmutable: true })
  const { failures } = await room.move('v1.2.4')
  expect(failures).toMatchObject([{ hint: expect.stringContaining('tag of an immutable release') }])
})

test('two versions at once leave the newer one', async () => {
  await using room = await open({ tags: { 'v1.2.3': now, 'v1.2.4': next, v1: old } })
  const gate = room.github.watch(/PATCH .*tags\/v1$/)
  gate.holdUntil(2)
  await Promise.all([room.move('v1.2.3'), room.move('v1.2.4')])
  expect([room.git.commitOf('v1'), room.git.commitOf('v1.2')]).toEqual([next, next])
})

test('a missing permission is thrown with its cure', async () => {
  await using room = await open({ tags: { 'v1.2.4': now, v1: old } })
  room.github.permit({ contents: 'read' })
  const { failures } = await room.move('v1.2.4')
  expect(failures).toMatchObject([
    { code: 'GITHUB_REFUSED', hint: expect.stringContaining('`contents: write`') },
    { code: 'GITHUB_REFUSED' },
  ])
})
