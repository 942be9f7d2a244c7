/** Something that takes time, in a unit of the caller's. */
export interface Weighted {
  /** More than zero. */
  readonly weight: number
}

/**
 * Deals items to at most `count` piles so that the heaviest is light: longest processing time first (Graham 1969), within 4/3 of the best
 * there is. No pile is empty; equal items give equal piles.
 */
export function balance<T extends Weighted>(items: readonly T[], count: number): readonly (readonly T[])[] {
  const piles = Array.from({ length: Math.min(count, items.length) }, () => ({ weight: 0, items: [] as T[] }))
  for (const item of items.toSorted((a, b) => b.weight - a.weight)) {
    const pile = piles.reduce((least, each) => (each.weight < least.weight ? each : least))
    pile.weight += item.weight
    pile.items.push(item)
  }
  return piles.map(each => each.items)
}

/** Weight of the heaviest pile; 0 for none. */
export function heaviest(piles: readonly (readonly Weighted[])[]): number {
  return piles.reduce((most, pile) => Math.max(most, weightOf(pile)), 0)
}

export function weightOf(items: readonly Weighted[]): number {
  return items.reduce((sum, { weight }) => sum + weight, 0)
}
