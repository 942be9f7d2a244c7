import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { ageOf, isNewer, type ImageAge } from '../../../src/oci/image-age.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import { judgeOverwritten, judgeTag, retagRefused, type TagVerdict } from '../../../src/oci/tag-verdict.ts'
import { isFullVersion } from '../../../src/oci/tag-version.ts'

describe('a tag that looks like a full version', () => {
  it.each([
    '1.2.3',
    'v1.2.3',
    '0.0.0',
    '1.2.3-rc.1',
    '1.2.3-r0',
    'v1.2.3-r12',
    '1.2.3-rc.1-r0',
    '1.2.3-20240101',
    '1.2.3_build.5',
    '1.2.3-alpine',
    '1.2.3.4',
    '2024.1.15',
    '1.2-r0',
    '20240101-r3',
    '1.2_p1-r0',
    '3.14a-r2',
    '1.0.0rc1',
    'v1.0.0b2',
    '1.0.0a1.dev3',
    '1.0.0.post1',
    '1.0.0rc1-local.5',
    '1.0rc1',
    '1.0.post2',
    '1.2.3a',
    '1.2.3x',
    '1.1.1w',
    '1.0.2zf',
    '1.2.3beta1',
    '1.2.3.RELEASE',
    'v1.2-r0',
    'my-app-v1.2.3',
    'senhas-1.2.3',
    'senhas-1.2.3-r0',
    'senhas-1.2-r0',
    'senhas-web_ui-1.0.0rc1',
    'py3.12-senhas-1.2.3-rc.1',
    'x-2fa-1.2.3',
    'edge-tool-1.2.3',
    'senhas-1a-r0',
    'senhas-1.2.3-nightly.4',
  ])('%s', tag => expect(isFullVersion(tag)).toBe(true))
  it.each([
    '1',
    'v1',
    '1.2',
    'v1.2',
    '1.2-dev',
    'latest',
    'edge',
    'main',
    'pr-7',
    'nightly',
    '20240101',
    'sha-5af4b1d',
    '5af4b-20240101120000',
    'release-1.2',
    'release-1',
    'senhas-1.2',
    'senhas-v1',
    'senhas-latest',
    'main-1.2',
    'main-1.2.3',
    'release-1.2.3',
    'release-v1.2.3',
    'hotfix-1.2.4',
    'nightly-1.2.3',
    'senhas-nightly-1.2.3',
    'pr-7-r0',
    'main-5af4b1d',
    'v1rc1',
    '1.2.x',
    '1.2x',
    'V1.2.3',
    '-r0',
    'alpha-r1',
    'senhas-r1',
    'senhas-1.2.x',
    'go1.22.3',
  ])('not %s', tag => expect(isFullVersion(tag)).toBe(false))
})

describe('the age of an image', () => {
  const read = (annotations: unknown, mediaType: string = mediaTypes.index): ImageAge => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [], annotations }))
    return ageOf({ bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } })
  }
  const created = 'org.opencontainers.image.created'
  const revision = 'org.opencontainers.image.revision'

  it.each<[string, unknown, ImageAge]>([
    [
      'both',
      { [created]: '2026-01-02T03:04:05Z', [revision]: 'c0ffee' },
      { created: 1_767_323_045_000, revision: 'c0ffee' },
    ],
    ['no time that can be read', { [created]: 'yesterday', [revision]: 'c0ffee' }, { revision: 'c0ffee' }],
    ['others', { a: 'b' }, {}],
    ['none', undefined, {}],
    ['something else', ['x'], {}],
  ])('by %s', (_, annotations, expected) => expect(read(annotations)).toEqual(expected))

  it('is unknown of what is no image', () => expect(read({ [revision]: 'x' }, 'text/plain')).toEqual({}))

  it.each<[string, ImageAge, ImageAge, boolean]>([
    ['a later commit', { created: 2 }, { created: 1 }, true],
    ['an earlier one', { created: 1 }, { created: 2 }, false],
    ['the same time', { created: 1, revision: 'a' }, { created: 1, revision: 'b' }, false],
    ['the same commit at another time', { created: 2, revision: 'a' }, { created: 1, revision: 'a' }, false],
    ['other commits', { created: 2, revision: 'a' }, { created: 1, revision: 'b' }, true],
    ['one that does not tell', {}, { created: 1 }, false],
    ['beside one that does not tell', { created: 2 }, { revision: 'b' }, false],
  ])('is newer or not: %s', (_, one, other, expected) => expect(isNewer(one, other)).toBe(expected))
})

describe('what is done with a tag', () => {
  const digest = { ours: digestOf('ours'), other: digestOf('other') }
  const ours = { digest: digest.ours, age: { created: 5, revision: 'ours' } }
  const shows = (created?: number, revision = 'other') => ({
    digest: digest.other,
    age: created === undefined ? {} : { created, revision },
  })

  it.each<[string, ReturnType<typeof shows> | undefined, boolean, TagVerdict, TagVerdict]>([
    // tag, what it shows, allow-retag: before we wrote, after
    ['latest', undefined, false, 'move', 'move'],
    ['latest', ours, false, 'there', 'there'],
    ['latest', shows(), false, 'move', 'later'],
    ['latest', shows(4), false, 'move', 'move'],
    ['latest', shows(5), false, 'move', 'later'],
    ['latest', shows(6), false, 'newer', 'newer'],
    ['latest', shows(6, 'ours'), false, 'move', 'later'],
    ['latest', shows(6), true, 'move', 'newer'],
    ['1.2', shows(4), false, 'move', 'move'],
    ['1.2.3', undefined, false, 'move', 'move'],
    ['1.2.3', ours, false, 'there', 'there'],
    ['1.2.3', shows(4), false, 'refused', 'refused'],
    ['1.2.3', shows(), false, 'refused', 'refused'],
    ['1.2.3', shows(4), true, 'move', 'move'],
    ['1.2.3', shows(6), true, 'move', 'newer'],
  ])('%s that shows %j, allow-retag %s', (tag, shown, allowRetag, before, after) => {
    const question = { tag, shown, ours, allowRetag }
    expect(judgeTag(question)).toBe(before)
    expect(judgeOverwritten(question)).toBe(after)
  })

  it('is told with the tag and both digests', () => {
    expect(retagRefused('ghcr.io/o/n:1.2.3', digest.other, digest.ours)).toMatchObject({
      code: 'TAG_REFUSED',
      message: expect.stringContaining(
        `ghcr.io/o/n:1.2.3 is ${digest.other} and is not moved to ${digest.ours}`,
      ),
      hint: expect.stringContaining('"allow-retag: true"'),
    })
  })
})
