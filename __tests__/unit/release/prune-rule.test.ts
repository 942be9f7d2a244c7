import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOf, type Digest } from '../../../src/domain/digest.ts'
import { attachedBy, linksOf, type PackageGraph } from '../../../src/release/package-graph.ts'
import { decidePrune } from '../../../src/release/prune-rule.ts'
import { anyPackage, before } from './any-package.ts'

const isPlain = (tag: string): boolean => !/^sha256-[0-9a-f]{64}(\.(sig|att|sbom))?$/.test(tag)

/** All that must stay, found the slow way: from what is surely kept, step by step until nothing is new. */
function mustStay({ versions, links }: PackageGraph): ReadonlySet<Digest> {
  const there = new Set(versions.map(({ digest }) => digest))
  const tagOf = (digest: Digest) => `sha256-${digest.slice(7)}`
  const stays = new Set<Digest>()
  for (const { digest, tags, updated } of versions) {
    const orphan = tags.some(tag => !isPlain(tag) && ![...there].some(each => tag.startsWith(tagOf(each))))
    const { subject } = links.get(digest) ?? {}
    const stray = subject !== undefined && !there.has(subject)
    if (tags.some(isPlain) || updated >= before || orphan || stray) stays.add(digest)
  }
  for (let size = -1; size < stays.size;) {
    size = stays.size
    for (const { digest, tags } of versions) {
      const { children = [], subject } = links.get(digest) ?? {}
      const targets = [
        ...(subject ? [subject] : []),
        ...[...there].filter(each => tags.some(tag => tag.startsWith(tagOf(each)))),
      ]
      if (stays.has(digest))
        for (const each of [...children, ...targets]) if (there.has(each)) stays.add(each)
      if (targets.some(each => stays.has(each))) stays.add(digest)
    }
  }
  return stays
}

/** Makes sure that nothing goes that has to stay, and everything only after what leads to it; answers what goes. */
function expectSafe(graph: PackageGraph): readonly Digest[] {
  const { kept, pruned } = decidePrune(graph, { before })
  const stays = mustStay(graph)
  const order = pruned.map(({ digest }) => digest)
  expect(order.filter(digest => stays.has(digest) || kept.has(digest))).toEqual([])
  for (const [at, digest] of order.entries()) {
    const later = order.slice(at + 1)
    const { subject } = graph.links.get(digest) ?? {}
    const tooLate = later.filter(each => each === subject || graph.links.get(each)?.children.includes(digest))
    expect([digest, tooLate]).toEqual([digest, []])
  }
  return order
}

describe('of any package', () => {
  it('nothing goes that something kept leads to, and everything only after what leads to it', () => {
    let packages = 0
    fc.assert(
      fc.property(anyPackage({ sane: false }), graph => {
        packages += 1
        expectSafe(graph)
      }),
      { numRuns: 2000 },
    )
    expect(packages).toBe(2000)
  })

  it('as programs make them, all goes that nothing kept leads to', () => {
    let gone = 0
    fc.assert(
      fc.property(anyPackage({ sane: true }), graph => {
        const order = expectSafe(graph)
        expect(order.length + mustStay(graph).size).toBe(graph.versions.length)
        gone += order.length
      }),
      { numRuns: 1000 },
    )
    expect(gone).toBeGreaterThan(1000)
  })
})

describe('a package', () => {
  const [index, child, shared, sig, list, bundle] = ['index', 'child', 'shared', 'sig', 'list', 'bundle'].map(
    digestOf,
  ) as [Digest, Digest, Digest, Digest, Digest, Digest]
  const version = (digest: Digest, tags: readonly string[] = [], updated = before - 1) => ({
    id: 0,
    digest,
    tags,
    updated,
  })
  const links = new Map<Digest, { children: readonly Digest[]; subject?: Digest }>([
    [index, { children: [child, shared] }],
    [child, { children: [] }],
    [shared, { children: [] }],
    [sig, { children: [] }],
    [list, { children: [bundle] }],
    [bundle, { children: [], subject: index }],
  ])
  const tagOf = (digest: Digest, end = '') => `sha256-${digest.slice(7)}${end}`
  const all = (tags: readonly string[], updated?: number) => [
    version(index, tags, updated),
    version(child),
    version(shared),
    version(sig, [tagOf(index, '.sig')]),
    version(list, [tagOf(index)]),
    version(bundle),
  ]
  const gone = (versions: PackageGraph['versions']) =>
    decidePrune({ versions, links }, { before }).pruned.map(({ digest }) => digest)

  it('with a tag keeps its platforms, signatures and attestations', () =>
    expect(gone(all(['1.0.0']))).toEqual([]))
  it('that is young keeps them too', () => expect(gone(all([], before))).toEqual([]))
  it('that was touched at a time that cannot be read does too', () =>
    expect(gone(all([], Number.NaN))).toEqual([]))
  it('without one goes with all of them, the index first', () => {
    const order = gone(all([]))
    expect([order[0], new Set(order)]).toEqual([index, new Set([index, child, shared, sig, list, bundle])])
  })
  it('keeps what another index has too', () => {
    const other = digestOf('other')
    const graph = {
      versions: [...all([]), version(other, ['latest'])],
      links: new Map([...links, [other, { children: [shared] }]]),
    }
    expect(decidePrune(graph, { before }).pruned.map(({ digest }) => digest)).not.toContain(shared)
  })
  it('keeps signatures of images that are elsewhere', () => {
    expect(gone([version(sig, [tagOf(digestOf('elsewhere'), '.sig')])])).toEqual([])
    // `bundle` has the subject `index`, and no tag.
    expect(gone([version(bundle)])).toEqual([])
    expect(gone([version(list), version(bundle)])).toEqual([list])
  })
  it('keeps an old image that was signed anew', () => {
    expect(gone([version(index), version(child), version(shared), version(bundle, [], before)])).toEqual([])
  })
})

describe('what a manifest leads to', () => {
  const digest = digestOf('x')
  it.each<[string, string, unknown]>([
    ['an index', JSON.stringify({ manifests: [{ digest }] }), { children: [digest] }],
    ['a manifest', JSON.stringify({ config: {}, layers: [] }), { children: [] }],
    ['a referrer', JSON.stringify({ subject: { digest } }), { children: [], subject: digest }],
    ['no subject', JSON.stringify({ subject: null }), { children: [] }],
    [
      'a child of another kind',
      JSON.stringify({ manifests: [{ digest }, { digest: 'sha512:1' }] }),
      undefined,
    ],
    ['a subject of another kind', JSON.stringify({ subject: { digest: 'md5:1' } }), undefined],
    ['no list', JSON.stringify({ manifests: {} }), undefined],
    ['no object', '[]', undefined],
    ['no JSON', '{', undefined],
  ])('%s', (_, text, expected) => expect(linksOf(Buffer.from(text))).toEqual(expected))

  it.each([
    [`sha256-${digest.slice(7)}`, digest],
    [`sha256-${digest.slice(7)}.sig`, digest],
    [`sha256-${digest.slice(7)}.att`, digest],
    [`sha256-${digest.slice(7)}.sbom`, digest],
    [`sha256-${digest.slice(7)}.other`, undefined],
    [`sha256-${digest.slice(8)}`, undefined],
    ['sha-5af4b1d', undefined],
    ['latest', undefined],
  ])('the tag %s is attached to %s', (tag, expected) => expect(attachedBy(tag)).toBe(expected))
})
