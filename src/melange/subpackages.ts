import { substitute, type Substitutions } from './substitution.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

export interface Subpackage {
  readonly name: string
  /** Which item of `subpackages` it comes from; several share one when it has a `range`. */
  readonly index: number
  /** What `${{…}}` stands for in it. */
  readonly values: Substitutions
}

/** Names of all subpackages, with `range` unrolled over `data` as melange does it (keys in alphabetical order). */
export function subpackagesOf(melange: unknown, known: Substitutions): readonly Subpackage[] {
  if (!isRecord(melange)) return []
  return entriesOf(melange['subpackages']).flatMap((item, index) => {
    if (!isRecord(item)) return []
    const name = textOr(item['name'], '')
    const range = rangeOf(melange['data'], textOr(item['range'], ''))
    return range.map(ranged => {
      const values = ranged.size === 0 ? known : new Map([...known, ...ranged])
      return { name: substitute(name, values), index, values }
    })
  })
}

function rangeOf(data: unknown, range: string): readonly Substitutions[] {
  if (range === '') return [new Map()]
  const found = entriesOf(data).find(each => isRecord(each) && each['name'] === range)
  const items = isRecord(found) && isRecord(found['items']) ? found['items'] : {}
  return Object.entries(items)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, value]) =>
        new Map([
          ['range.key', key],
          ['range.value', textOr(value, '')],
        ]),
    )
}
