import { describe, expect, it } from 'vitest'
import { contentKey, type ContentFacts } from '../../../src/melange/content-key.ts'

const sha = (digit: string): string => digit.repeat(64)
const busybox = { name: 'busybox', version: '1.35.0-r4', checksum: 'Q1UUR+7DKpzd175e38tWJNiYf0vLc=' }
const musl = { name: 'musl', version: '1.2.5-r0', checksum: 'Q1L14bTetx+62uq2dB52W/ASaqdH4=' }

const facts: ContentFacts = {
  name: 'hello',
  architecture: 'x86_64',
  instructions: { compiled: { package: { name: 'hello' }, pipeline: [{ runs: 'make' }] } },
  source: [
    { path: 'hello.c', mode: 0o644, sha256: sha('1') },
    { path: 'link', link: 'hello.c' },
  ],
  environment: { picked: [busybox, musl] },
  hasRepository: false,
  packages: ['extra'],
  extraArgs: ['--strip-origin-name'],
  key: 'throw-away',
  melange: { version: '0.58.0', sha256: sha('2') },
  stamps: {},
}

const asWritten = { file: sha('3'), varsFile: sha('4'), envFile: sha('5'), pipelines: [[]] }
const written: ContentFacts = { ...facts, instructions: asWritten }
const indexed: ContentFacts = { ...facts, environment: { indexes: [sha('6'), sha('7')], own: [busybox] } }

describe('contentKey', () => {
  it('is a sha256, and the same for equal facts', () => {
    expect(contentKey(facts)).toMatch(/^[\da-f]{64}$/)
    expect(contentKey(structuredClone(facts))).toBe(contentKey(facts))
  })

  const changes: readonly [string, ContentFacts, Partial<ContentFacts>][] = [
    ['name', facts, { name: 'hullo' }],
    ['architecture', facts, { architecture: 'aarch64' }],
    ['a step', facts, { instructions: { compiled: { package: { name: 'hello' }, pipeline: [] } } }],
    ['how the file could be read', facts, { instructions: asWritten }],
    ['the file', written, { instructions: { ...asWritten, file: sha('8') } }],
    ['the file of variables', written, { instructions: { ...asWritten, varsFile: sha('8') } }],
    ['the environment file', written, { instructions: { ...asWritten, envFile: sha('8') } }],
    [
      'a pipeline',
      written,
      { instructions: { ...asWritten, pipelines: [[{ path: 'a.yaml', mode: 0o644, sha256: sha('8') }]] } },
    ],
    ['order of pipeline folders', written, { instructions: { ...asWritten, pipelines: [[], []] } }],
    ['content of a file', facts, { source: [{ path: 'hello.c', mode: 0o644, sha256: sha('8') }] }],
    ['mode of a file', facts, { source: [{ path: 'hello.c', mode: 0o755, sha256: sha('1') }] }],
    ['name of a file', facts, { source: [{ path: 'hullo.c', mode: 0o644, sha256: sha('1') }] }],
    ['target of a link', facts, { source: [{ path: 'link', link: 'other' }] }],
    ['commit of the clone', facts, { source: [{ path: '.git', commit: 'a' }] }],
    ['an apk more', facts, { environment: { picked: [busybox] } }],
    ['version of an apk', facts, { environment: { picked: [busybox, { ...musl, version: '1.2.5-r1' }] } }],
    ['checksum of an apk', facts, { environment: { picked: [busybox, { ...musl, checksum: 'Q1' }] } }],
    ['an index', indexed, { environment: { indexes: [sha('6'), sha('8')], own: [busybox] } }],
    ['order of repositories', indexed, { environment: { indexes: [sha('7'), sha('6')], own: [busybox] } }],
    ['a package of this run', indexed, { environment: { indexes: [sha('6'), sha('7')], own: [musl] } }],
    ['our own repository', facts, { hasRepository: true }],
    ['namespace', facts, { namespace: 'wolfi' }],
    ['packages appended', facts, { packages: [] }],
    ['arguments', facts, { extraArgs: [] }],
    ['key policy', facts, { key: sha('9') }],
    ['version of melange', facts, { melange: { ...facts.melange, version: '0.58.1' } }],
    ['bytes of melange', facts, { melange: { ...facts.melange, sha256: sha('8') } }],
    ['SOURCE_DATE_EPOCH', facts, { stamps: { sourceDateEpoch: 1 } }],
    ['commit', facts, { stamps: { gitCommit: 'a' } }],
    ['repository URL', facts, { stamps: { gitRepoUrl: 'https://example.org' } }],
  ]
  it.each(changes)('changes with: %s', (_, from, change) => {
    expect(contentKey({ ...from, ...change })).not.toBe(contentKey(from))
  })

  it('gives no two of these changes the same key', () => {
    const keys = changes.map(([, from, change]) => contentKey({ ...from, ...change }))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('does not hang on the order of folders, indexes and names', () => {
    const { source, stamps, ...rest } = facts
    const turned: ContentFacts = {
      stamps,
      ...rest,
      source: source.toReversed(),
      environment: { picked: [musl, busybox] },
      instructions: { compiled: { pipeline: [{ runs: 'make' }], package: { name: 'hello' } } },
    }
    expect(contentKey(turned)).toBe(contentKey(facts))
  })
})
