import type { Digest } from '../domain/digest.ts'
import { attachedBy, waysOf, type PackageGraph, type PackageVersion } from './package-graph.ts'

/** What may go. */
export interface PruneDecision {
  readonly kept: ReadonlySet<Digest>
  /** Each after all that leads to it. */
  readonly pruned: readonly PackageVersion[]
}

/**
 * Decides which versions of a package may go: those that no tag names, that were not touched since `before`, and that nothing kept
 * leads to. What is kept keeps its children, what is attached to it, and what it is attached to, over any number of steps. What is
 * attached, by a tag or by its subject, to something that is not in the package is kept: that may be elsewhere; pure.
 */
export function decidePrune(graph: PackageGraph, { before }: { readonly before: number }): PruneDecision {
  const there = new Set(graph.versions.map(({ digest }) => digest))
  const holds = (tag: string): boolean => {
    const subject = attachedBy(tag)
    return subject === undefined || !there.has(subject)
  }
  const isElsewhere = (subject: Digest | undefined): boolean => subject !== undefined && !there.has(subject)
  const roots = graph.versions.filter(
    ({ digest, tags, updated }) =>
      !(updated < before) || tags.some(holds) || isElsewhere(graph.links.get(digest)?.subject),
  )
  const kept = closureOf(
    roots.map(({ digest }) => digest),
    waysOf(graph).needs,
  )
  return { kept, pruned: inOrder(graph, kept) }
}

/** All that can be reached, the start included. */
export function closureOf(
  start: readonly Digest[],
  needs: (digest: Digest) => readonly Digest[],
): ReadonlySet<Digest> {
  const found = new Set(start)
  // A set gives what is added while it is walked.
  for (const digest of found) for (const next of needs(digest)) found.add(next)
  return found
}

/** What is not kept, each after all that leads to it; what goes round in circles is left out. */
function inOrder(graph: PackageGraph, kept: ReadonlySet<Digest>): readonly PackageVersion[] {
  const ways = waysOf(graph)
  const left = new Map(
    graph.versions.filter(({ digest }) => !kept.has(digest)).map(each => [each.digest, each]),
  )
  const waits = new Map<Digest, number>([...left.keys()].map(digest => [digest, 0]))
  const followers = (digest: Digest): readonly Digest[] =>
    [...new Set(ways.before(digest))].filter(each => left.has(each))
  for (const digest of left.keys())
    for (const next of followers(digest)) waits.set(next, (waits.get(next) ?? 0) + 1)
  const order: PackageVersion[] = []
  // Depth first: what belongs together goes together, so that an interruption leaves little behind.
  const stack = [...left.keys()].filter(digest => waits.get(digest) === 0).reverse()
  for (let digest = stack.pop(); digest !== undefined; digest = stack.pop()) {
    const version = left.get(digest)
    if (version !== undefined) order.push(version)
    for (const next of followers(digest)) {
      const waiting = (waits.get(next) ?? 0) - 1
      waits.set(next, waiting)
      if (waiting === 0) stack.push(next)
    }
  }
  return order
}
