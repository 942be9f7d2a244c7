import { balance, heaviest, weightOf, type Weighted } from './balance.ts'

/** What is built for one architecture. */
export interface LegGroup {
  /** At least one. */
  readonly parts: readonly (Weighted & {
    /** Whether the weight was measured rather than guessed. */
    readonly known: boolean
  })[]
}

/**
 * How many legs each group gets, `most` in all: one each, then always one more for the group with the most work per leg that still has parts
 * to give away. Where all times are known, no group has more legs than it needs to be done with the slowest.
 */
export function allot<G extends LegGroup>(
  groups: readonly G[],
  most: number,
): readonly (G & { readonly legs: number })[] {
  const given = groups.map(group => ({ group, legs: 1, work: weightOf(group.parts) }))
  for (let left = most - groups.length; left > 0; left -= 1) {
    const open = given.filter(({ group, legs }) => legs < group.parts.length)
    if (open.length === 0) break
    const next = open.reduce((a, b) => (b.work / b.legs > a.work / a.legs ? b : a))
    next.legs += 1
  }
  const known = groups.every(({ parts }) => parts.every(each => each.known))
  const slowest = known
    ? Math.max(0, ...given.map(({ group, legs }) => heaviest(balance(group.parts, legs))))
    : 0
  return given.map(({ group, legs }) => ({ ...group, legs: known ? leastLegs(group, legs, slowest) : legs }))
}

/** The fewest legs, `most` at most, of which none takes longer than `limit`. */
function leastLegs({ parts }: LegGroup, most: number, limit: number): number {
  for (let legs = Math.max(1, Math.ceil(weightOf(parts) / limit)); legs < most; legs += 1) {
    if (heaviest(balance(parts, legs)) <= limit) return legs
  }
  return most
}
