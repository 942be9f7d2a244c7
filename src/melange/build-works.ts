import { join, relative } from 'node:path'
import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { BuildJob, BuildRequest } from './build-request.ts'
import type { GraphNode, PackageGraph } from './graph.ts'
import { targetsOf } from './melange-file.ts'
import { apksIn, packageNameOf } from './repository-index.ts'
import type { Work } from './work-order.ts'

/** A build, and the builds of its architecture that must be there first. */
export interface BuildWork extends Work<BuildWork> {
  readonly job: BuildJob
}

/** Which architectures each file is built for; everything wrong is told before anything is built. */
export function targetsOfNodes(
  { nodes }: PackageGraph,
  architectures: readonly Architecture[],
): ReadonlyMap<GraphNode, readonly Architecture[]> {
  const targets = new Map<GraphNode, readonly Architecture[]>()
  const failures: Failure[] = []
  for (const node of nodes) {
    try {
      targets.set(node, targetsOf(node.file, architectures))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      failures.push(error)
    }
  }
  throwIfAny(failures)
  return targets
}

/** By architecture, names of packages in the repository that no file of the graph makes; architectures without any are left out. */
export type ForeignPackages = ReadonlyMap<string, readonly string[]>

export async function foreignPackages({
  graph,
  architectures,
  repository,
}: BuildRequest): Promise<ForeignPackages> {
  const ours = new Set(graph.nodes.flatMap(({ packages }) => packages))
  const foreign = new Map<string, readonly string[]>()
  for (const { apk } of architectures) {
    const names = (await apksIn(join(repository, apk))).map(packageNameOf).filter(name => !ours.has(name))
    if (names.length > 0) foreign.set(apk, names)
  }
  return foreign
}

/** That builds and images may take such packages, or undefined when there are none. */
export function foreignWarning(
  foreign: ForeignPackages,
  { repository, machine }: BuildRequest,
): string | undefined {
  const names = [...new Set([...foreign.values()].flat())].sort()
  if (names.length === 0) return undefined
  const folder = relative(machine.workspace, repository)
  return `packages in ${folder.startsWith('..') ? repository : folder} were there before this run, and may get into its packages and images: ${names.join(', ')}; if no earlier step made them, remove the folder or name another "output"`
}

/**
 * The builds of a graph, in its order. A build sees the repository when it needs something of it, or when packages that are not of this
 * graph lie there: melange records the repositories that it was given, so they must not hang on what another run left.
 */
export function worksOf(
  request: BuildRequest,
  targets: ReadonlyMap<GraphNode, readonly Architecture[]>,
  foreign: ForeignPackages,
): readonly BuildWork[] {
  const works = new Map<string, BuildWork>()
  for (const [order, node] of request.graph.nodes.entries()) {
    for (const architecture of targets.get(node) ?? []) {
      const { apk: lane } = architecture
      const needs = node.needs.flatMap(id => works.get(`${lane} ${id}`) ?? [])
      const place = join(request.scratch, `${order}-${lane}`)
      const hasRepository = needs.length > 0 || foreign.has(lane)
      const job = { request, file: node.file, architecture, place, hasRepository }
      works.set(`${lane} ${node.id}`, { lane, needs, job })
    }
  }
  return [...works.values()]
}
