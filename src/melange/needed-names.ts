import type { BuildJob } from './build-request.ts'
import type { PackageGraph } from './graph.ts'

/** For each build of a graph, names of packages of the same graph that its environment may install. */
export function neededNames({ nodes }: PackageGraph): (job: Pick<BuildJob, 'file'>) => readonly string[] {
  const byId = new Map(nodes.map(node => [node.id, node]))
  return ({ file }) => byId.get(file.file)?.needs.flatMap(id => byId.get(id)?.packages ?? []) ?? []
}
