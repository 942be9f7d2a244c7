import * as fc from 'fast-check'
import { digestOf, type Digest } from '../../../src/domain/digest.ts'
import type { ManifestLinks, PackageGraph, PackageVersion } from '../../../src/release/package-graph.ts'

/** The line that divides old from young. */
export const before = 1000

const missing = digestOf('none')

interface Drawn {
  readonly children: readonly number[]
  readonly attached: readonly ('subject' | 'list' | 'sig' | 'att' | 'sbom')[]
  /** Of what it is attached to; undefined for something that is not in the package. */
  readonly target: number | undefined
  readonly tagged: boolean
  readonly young: boolean
}

const seldom = fc.integer({ min: 0, max: 6 }).map(drawn => drawn === 0)
const drawn: fc.Arbitrary<Drawn> = fc.record({
  children: fc.oneof(fc.constant([]), fc.array(fc.nat(), { maxLength: 4 })),
  attached: fc.oneof(
    fc.constant([]),
    fc.subarray(['subject', 'list', 'sig', 'att', 'sbom'] as const, { maxLength: 2 }),
  ),
  target: fc.oneof({ weight: 9, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.constant(undefined) }),
  tagged: seldom,
  young: seldom,
})

/**
 * Packages of up to 24 versions: indexes of any depth that share children, signatures and attestations by subject, by cosign's
 * tags and by lists at the fallback tag, of what is there and what is not, tagged or not, old or young. A `sane` one has no
 * version that is attached to something and leads to something too: only then there are no circles for sure.
 */
export function anyPackage({ sane }: { readonly sane: boolean }): fc.Arbitrary<PackageGraph> {
  return fc.array(drawn, { minLength: 1, maxLength: 24 }).map(all => {
    const digests = all.map((_, at) => digestOf(`version ${at}`))
    const links = new Map<Digest, ManifestLinks>()
    const versions = all.map(({ children, attached, target, tagged, young }, at): PackageVersion => {
      const digest = digests[at] ?? missing
      const earlier = (number: number): Digest => digests[number % Math.max(at, 1)] ?? missing
      const subject = target === undefined || at === 0 ? missing : earlier(target)
      const leads = at === 0 || (sane && attached.length > 0) ? [] : children.map(earlier)
      links.set(digest, { children: leads, ...(attached.includes('subject') ? { subject } : {}) })
      const ends = attached
        .filter(each => each !== 'subject')
        .map(each => (each === 'list' ? '' : `.${each}`))
      const tags = [...(tagged ? [`v${at}`] : []), ...ends.map(end => `sha256-${subject.slice(7)}${end}`)]
      return { id: at, digest, tags, updated: young ? before : before - 1 }
    })
    return { versions, links }
  })
}
