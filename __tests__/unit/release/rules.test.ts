import { expect, test } from 'vitest'
import { compareAssets } from '../../../src/release/asset-differences.ts'
import type { GithubRelease } from '../../../src/release/github-release.ts'
import type { LocalAsset } from '../../../src/release/local-asset.ts'
import { majorTagsOf, newerVersions } from '../../../src/release/major-tags.ts'
import {
  isLater,
  isSameWriter,
  makeBlock,
  withBlock,
  writerOf,
  type Writer,
} from '../../../src/release/notes-block.ts'
import { changesSince, inventoriesOf } from '../../../src/release/package-changes.ts'
import { isLatest, previousOf } from '../../../src/release/previous-release.ts'
import { isPrerelease } from '../../../src/release/version.ts'

const writer: Writer = { run: '11.2', started: '2026-01-02T03:04:05.000Z' }

test('our part of the notes replaces an older one, or comes last', () => {
  const block = makeBlock('new $& text\n', writer)
  const older = makeBlock('old', { run: '10.1', started: '2026-01-01T00:00:00.000Z' })
  expect(withBlock('', () => block)).toBe(block)
  expect(withBlock('Hello.\n', () => block)).toBe(`Hello.\n\n${block}`)
  expect(withBlock(`Above.\n\n${older}\n\nBelow.`, () => block)).toBe(`Above.\n\n${block}\n\nBelow.`)
  expect(writerOf(`Above.\n${block}`)).toEqual(writer)
  expect(writerOf('<!-- giropops-build: begin run=1 started=2 -->')).toBeUndefined()
})

test('the run that began later goes first, whatever its number', () => {
  expect(isLater({ run: '1.1', started: '2026-01-03T00:00:00.000Z' }, writer)).toBe(true)
  expect(isLater(writer, writer)).toBe(false)
  expect(isLater({ ...writer, run: '12.1' }, writer)).toBe(true)
  expect(isSameWriter({ ...writer, run: '11.1' }, writer)).toBe(false)
  expect(isSameWriter({ ...writer }, writer)).toBe(true)
})

const wanted: LocalAsset = {
  name: 'images.txt',
  path: '/x',
  size: 3,
  sha256: 'a'.repeat(64),
  role: 'content',
}
const whole = {
  id: 1,
  name: 'images.txt',
  state: 'uploaded',
  size: 3,
  digest: `sha256:${wanted.sha256}`,
  api: '',
}
test.for([
  ['the same', {}, 0],
  ['no digest, the same size', { digest: undefined }, 0],
  ['no digest, another size', { digest: undefined, size: 4 }, 1],
  ['other bytes', { digest: `sha256:${'b'.repeat(64)}` }, 1],
  ['truncated', { size: 2 }, 1],
  ['broken off', { state: 'starter' }, 1],
] as const)('an asset that is there: %s', ([, change, wrong]) => {
  const differences = compareAssets([wanted], [{ ...whole, ...change }])
  expect(differences.wrong).toHaveLength(wrong)
  expect(differences.missing).toEqual([])
})

test.for([
  ['v1.2.3', ['v1', 'v1.2']],
  ['1.2.3', ['1', '1.2']],
  ['v0.3.0+build.7', ['v0', 'v0.3']],
  ['v1.2.3-rc.1', []],
  ['v1.2', []],
  ['release-1.2.3', []],
] as const)('%s is named by %j', ([tag, names]) => {
  expect(majorTagsOf(tag).map(({ name }) => name)).toEqual(names)
})

test('newer versions of the line, and of no other', () => {
  const object = { type: 'commit', sha: 'a' }
  const refs = ['v1', 'v1.2.2', 'v1.2.4', 'v1.3.0', 'v1.9.0-rc.1', 'v2.0.0', '1.2.9'].map(name => ({
    name,
    object,
  }))
  const [major, minor] = majorTagsOf('v1.2.3').map(each =>
    newerVersions(each, 'v1.2.3', refs).map(({ name }) => name),
  )
  expect({ major, minor }).toEqual({ major: ['v1.2.4', 'v1.3.0'], minor: ['v1.2.4'] })
})

const release = (tag: string, published = '2026-01-01', prerelease = false): GithubRelease => ({
  id: 1,
  tag,
  name: tag,
  body: '',
  draft: false,
  prerelease,
  immutable: false,
  url: '',
  uploads: '',
  published,
  assets: [],
})
const others = [
  release('v2.0.0', '2026-02-01'),
  release('v1.1.0-rc.2'),
  release('v1.0.0'),
  release('nightly'),
]
test.for([
  ['v1.1.0', 'v1.0.0', false],
  ['v1.1.0-rc.3', 'v1.1.0-rc.2', false],
  ['v2.0.1', 'v2.0.0', true],
  ['v0.1.0', undefined, false],
  ['weekly', 'v2.0.0', true],
] as const)('before %s came %s', ([tag, previous, latest]) => {
  expect(previousOf(tag, others)?.tag).toBe(previous)
  expect(isLatest({ tag, prerelease: 'auto' }, others)).toBe(latest)
})

test('a pre-release is never the latest, unless it is told to be none', () => {
  expect(isLatest({ tag: 'v3.0.0-rc.1', prerelease: 'auto' }, others)).toBe(false)
  expect(isLatest({ tag: 'v3.0.0-rc.1', prerelease: 'false' }, others)).toBe(true)
})

test.for([
  ['v1.0.0-rc.1', true],
  ['1.0.0-alpha', true],
  ['v1.0.0', false],
  ['nightly-2026', false],
  ['v1.0.0+build-1', false],
] as const)('%s is a pre-release: %s', ([tag, expected]) => {
  expect(isPrerelease(tag)).toBe(expected)
})

const inventory = (title: string, packages: Record<string, string>) => ({
  title,
  packages: new Map(Object.entries(packages)),
})
test('changes are found by the name of the image, or where there is one only', () => {
  const before = [inventory('a', { x: '1', y: '1' }), inventory('Packages', { z: '1' })]
  expect(changesSince(before, inventory('renamed', { x: '2', new: '1' }))).toEqual([
    { name: 'new', before: undefined, now: '1' },
    { name: 'x', before: '1', now: '2' },
    { name: 'y', before: '1', now: undefined },
  ])
  expect(changesSince(before, inventory('Packages', { z: '1' }))).toEqual([])
  expect(changesSince([...before, inventory('b', {})], inventory('renamed', {}))).toBeUndefined()
  expect(changesSince([inventory('a', {})], inventory('Packages', {}))).toBeUndefined()
})

test.for([undefined, null, 'text', [], { images: 'none' }, { images: [null, 7], packages: { built: 7 } }])(
  'what is no record has no packages: %j',
  record => {
    expect(inventoriesOf(record).flatMap(({ packages }) => [...packages])).toEqual([])
  },
)
