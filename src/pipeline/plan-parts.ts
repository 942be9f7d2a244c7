import type { GraphNode } from '../melange/graph.ts'

/**
 * Parts of the graph that have nothing to do with one another: files that need each other to be built or tested are in one, since legs of
 * one matrix cannot wait for each other. Parts and their files keep the order of the nodes. Needs outside of the nodes do not count.
 */
export function partsOf(nodes: readonly GraphNode[]): readonly (readonly GraphNode[])[] {
  const rootOf = new Map(nodes.map(({ id }) => [id, id]))
  const find = (id: string): string => {
    let root = id
    for (let next = rootOf.get(root); next !== undefined && next !== root; next = rootOf.get(root))
      root = next
    for (let at = id; at !== root;) {
      const next = rootOf.get(at) ?? root
      rootOf.set(at, root)
      at = next
    }
    return root
  }
  for (const { id, needs, tests } of nodes) {
    for (const other of [...needs, ...tests]) {
      if (rootOf.has(other)) rootOf.set(find(other), find(id))
    }
  }
  return [...Map.groupBy(nodes, ({ id }) => find(id)).values()]
}
