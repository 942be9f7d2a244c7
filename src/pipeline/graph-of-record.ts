import type { GraphOfRecord } from '../domain/build-record.ts'
import type { PackageGraph } from '../melange/graph.ts'

/** The graph as the record keeps it. */
export function graphOfRecord({ nodes }: PackageGraph): GraphOfRecord {
  return {
    nodes: nodes.map(({ id, file, level, needs, runtime, tests }) => ({
      file: id,
      package: file.name,
      level,
      needs,
      runtime,
      tests,
    })),
  }
}
