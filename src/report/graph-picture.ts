import type { GraphOfRecord, NodeOfRecord } from '../domain/build-record.ts'

/** GitHub's Mermaid draws no more than 500 edges; more than 200 boxes nobody reads. */
const most = { nodes: 200, edges: 500 }

/**
 * The graph in Mermaid's language: solid arrows for what had to be built first, dotted ones for what is installed along or by tests.
 * Undefined for a single package. `note` tells what was left out.
 */
export function drawGraph({
  nodes,
}: GraphOfRecord): { readonly text: string; readonly note?: string } | undefined {
  if (nodes.length < 2) return undefined
  const drawn = nodes.slice(0, most.nodes)
  const names = new Map(drawn.map(({ file }, index) => [file, `n${index}`]))
  const edges = drawn.flatMap(node => edgesOf(node, names))
  const boxes = drawn.map(node => `  ${names.get(node.file)}["${labelOf(node)}"]`)
  const text = ['flowchart LR', ...boxes, ...edges.slice(0, most.edges)].join('\n')
  const left = [
    ...(drawn.length < nodes.length ? [`the first ${drawn.length} of ${nodes.length} packages`] : []),
    ...(edges.length > most.edges ? [`${most.edges} of their ${edges.length} arrows`] : []),
  ]
  return left.length === 0 ? { text } : { text, note: `Drawn: ${left.join(', ')}; the record has all.` }
}

function edgesOf(node: NodeOfRecord, names: ReadonlyMap<string, string>): readonly string[] {
  const to = names.get(node.file)
  const others = [...new Set([...node.runtime, ...node.tests])].filter(file => !node.needs.includes(file))
  const arrows = (files: readonly string[], arrow: string): readonly string[] =>
    files.flatMap(file => (names.has(file) ? [`  ${names.get(file)} ${arrow} ${to}`] : []))
  return [...arrows(node.needs, '-->'), ...arrows(others, '-.->')]
}

/** Letters and signs of package names; nothing that Mermaid or HTML could read as more. */
function labelOf(node: NodeOfRecord): string {
  return node.package.replaceAll(/[^\w+.-]/g, '_')
}
