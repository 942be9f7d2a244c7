/**
 * The least level of each node: 0 for one that needs none, else one more than the highest of those that it needs. Nodes of a
 * cycle, and those that need one, have none. Needs that are no nodes do not count.
 */
export function levelsOf(needs: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const levels = new Map<string, number>()
  const missing = new Map<string, number>()
  const needed = new Map<string, string[]>()
  for (const [id, list] of needs) {
    const known = [...new Set(list)].filter(each => needs.has(each))
    missing.set(id, known.length)
    for (const each of known) {
      const by = needed.get(each)
      if (by === undefined) needed.set(each, [id])
      else by.push(id)
    }
  }
  let round = [...missing].flatMap(([id, count]) => (count === 0 ? [id] : []))
  for (let level = 0; round.length > 0; level += 1) {
    const next: string[] = []
    for (const id of round) {
      levels.set(id, level)
      for (const by of needed.get(id) ?? []) {
        const left = (missing.get(by) ?? 0) - 1
        missing.set(by, left)
        if (left === 0) next.push(by)
      }
    }
    round = next
  }
  return levels
}
