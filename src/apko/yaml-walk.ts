/** Way to a node of a YAML value: keys and list indexes. */
export type NodePath = readonly (string | number)[]

/** Whether a YAML value is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Paths of all nodes that a chain of keys leads to, lists passed through: several for `accounts.users.shell`. */
export function nodesAt(value: unknown, keys: readonly string[]): readonly NodePath[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, at) => nodesAt(item, keys).map(path => [at, ...path]))
  }
  const [key, ...rest] = keys
  if (key === undefined) return [[]]
  if (!isMapping(value) || value[key] === undefined || value[key] === null) return []
  return nodesAt(value[key], rest).map(path => [key, ...path])
}

/** The node at a path; undefined when there is none. */
export function nodeAt(value: unknown, path: NodePath): unknown {
  let node = value
  for (const step of path) {
    if (typeof step === 'number') node = Array.isArray(node) ? node[step] : undefined
    else node = isMapping(node) ? node[step] : undefined
  }
  return node
}
