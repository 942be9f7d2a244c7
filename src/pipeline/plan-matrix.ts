import type { Architecture } from '../domain/architecture.ts'
import type { BuildTime } from '../domain/build-time.ts'
import { Failure } from '../domain/failure.ts'
import type { RunnerChoice } from '../domain/runner-choice.ts'
import type { GraphNode, PackageGraph } from '../melange/graph.ts'
import { allot } from './allot-legs.ts'
import { balance } from './balance.ts'
import { partsOf } from './plan-parts.ts'
import { runnerFor } from './runner-for.ts'
import { openWeights } from './build-weights.ts'

export interface MatrixWish {
  readonly graph: PackageGraph
  readonly architectures: readonly Architecture[]
  /** Legs at most; as many as GitHub takes without it. */
  readonly legs?: number | undefined
  readonly runners: readonly RunnerChoice[]
  /** Of earlier builds. */
  readonly times: readonly BuildTime[]
}

/** A job of the matrix, by the names that the workflow reads. */
export interface Leg {
  /** Unique, and fit to be an artifact's name: `amd64-1`. */
  readonly name: string
  /** `linux/amd64` */
  readonly platform: string
  /** `amd64` */
  readonly arch: string
  /** Label of `runs-on`, or several. */
  readonly runner: string | readonly string[]
  /** Files that it builds, a line each, every one after those that it needs. */
  readonly 'melange-config': string
  /** Whether the runner needs QEMU for the platform. */
  readonly emulator: boolean
}

/** Jobs that GitHub makes of one matrix at most. */
export const mostLegs = 256

/**
 * Deals the graph to legs, for each architecture anew: every file is in one leg together with all that it needs, and the longest leg is short.
 * Fails with INPUT_INVALID when there are fewer legs than architectures, since a leg builds for one. Pure.
 */
export function planMatrix(wish: MatrixWish): readonly Leg[] {
  const weights = openWeights(wish.times)
  const groups = wish.architectures.flatMap(architecture => {
    const parts = partsOf(nodesFor(wish.graph, architecture)).map(nodes => ({
      nodes,
      ...weights.of(nodes, architecture.apk),
    }))
    return parts.length === 0 ? [] : [{ architecture, parts }]
  })
  const most = Math.min(wish.legs ?? mostLegs, mostLegs)
  if (most < groups.length) throw tooFew(most, groups.length)
  const order = new Map(wish.graph.nodes.map(({ id }, index) => [id, index]))
  const inOrder = (a: GraphNode, b: GraphNode): number => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0)
  return allot(groups, most).flatMap(({ architecture, parts, legs }) => {
    const { labels, emulator } = runnerFor(architecture, wish.runners)
    const [label = '', ...more] = labels
    return balance(parts, legs).map((pile, index) => ({
      name: `${architecture.name}-${index + 1}`,
      platform: architecture.platform,
      arch: architecture.name,
      runner: more.length === 0 ? label : labels,
      'melange-config': pile
        .flatMap(({ nodes }) => nodes)
        .toSorted(inOrder)
        .map(({ id }) => id)
        .join('\n'),
      emulator,
    }))
  })
}

function nodesFor({ nodes }: PackageGraph, { apk }: Architecture): readonly GraphNode[] {
  return nodes.filter(({ file }) => file.architectures.length === 0 || file.architectures.includes(apk))
}

function tooFew(most: number, platforms: number): Failure {
  return new Failure(
    'INPUT_INVALID',
    `input "legs" is ${most}, but packages are built for ${platforms} platforms, and a leg builds for one`,
    { hint: `Give at least ${platforms}, or fewer "platforms".` },
  )
}
