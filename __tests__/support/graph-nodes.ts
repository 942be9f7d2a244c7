import type { PackageGraph } from '../../src/melange/graph.ts'
import { melangeFile } from './planned-files.ts'

/** What a node of a graph needs, by the names of others. */
export interface NodeText {
  readonly needs?: readonly string[]
  readonly runtime?: readonly string[]
  readonly tests?: readonly string[]
  /** apk names; for all without them. */
  readonly archs?: readonly string[]
}

/** A graph by names; each node is given after those that it needs. */
export function graphOfNeeds(nodes: Readonly<Record<string, NodeText>>): PackageGraph {
  const files = (names: readonly string[] = []): readonly string[] => names.map(name => `${name}.yaml`)
  return {
    nodes: Object.entries(nodes).map(([name, { needs, runtime, tests, archs = [] }]) => ({
      id: `${name}.yaml`,
      file: { ...melangeFile(name), architectures: archs },
      packages: [name],
      level: 0,
      needs: files(needs),
      runtime: files(runtime),
      tests: files(tests),
      external: [],
    })),
  }
}
