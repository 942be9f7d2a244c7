import { isMap, isScalar, parseDocument, visit } from 'yaml'

/**
 * The workflow as act understands it: `uses: $/plan`, which is this repository at the same commit, becomes
 * `<reference's repository>/plan@<its ref>`, `reference` being `owner/repo@ref`. Only those values change, byte for byte; throws
 * when one of them is not a folder's path.
 */
export function nameSameCommit(workflow: string, reference: string): string {
  const [repository = '', ref = ''] = reference.split('@')
  const values: { readonly from: number; readonly to: number; readonly path: string }[] = []
  visit(parseDocument(workflow), {
    Pair(_, { key, value }, ancestors) {
      if (!isScalar(key) || key.value !== 'uses' || !isScalar(value) || !isMap(ancestors.at(-1))) return
      const text = String(value.value)
      if (!text.startsWith('$')) return
      const path = pathOf(text)
      const [from = 0, to = 0] = value.range ?? []
      if (path === undefined) throw new Error(`${text} is no path in this repository`)
      values.push({ from, to, path })
    },
  })
  return values.reduceRight(
    (text, { from, to, path }) => `${text.slice(0, from)}${repository}/${path}@${ref}${text.slice(to)}`,
    workflow,
  )
}

function pathOf(uses: string): string | undefined {
  const path = uses.slice('$/'.length)
  const isPath = path.split('/').every(part => /^[\w.-]+$/.test(part) && !/^\.\.?$/.test(part))
  return uses.startsWith('$/') && isPath ? path : undefined
}
