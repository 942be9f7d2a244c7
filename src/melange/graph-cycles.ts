import { Failure } from '../domain/failure.ts'
import { levelsOf } from './graph-levels.ts'
import type { Reach, Way } from './reach.ts'

/** Nodes in a ring: each needs the next, the last the first. */
export type Cycle = readonly string[]

/**
 * Cycles that have no node in common, such that none is left once one node of each is taken out; a short one of each ring,
 * beginning with the node that was given first.
 */
export function findCycles(
  needs: ReadonlyMap<string, readonly string[]>,
  levels: ReadonlyMap<string, number>,
): readonly Cycle[] {
  const cycles: Cycle[] = []
  let left = new Map([...needs].filter(([id]) => !levels.has(id)))
  while (left.size > 0) {
    const [start = ''] = left.keys()
    const ring = new Set(ringFrom(start, left))
    const first = [...left.keys()].find(id => ring.has(id)) ?? start
    const cycle = shortestCycle(first, left)
    cycles.push(cycle)
    const rest = new Map([...left].filter(([id]) => !cycle.includes(id)))
    const settled = levelsOf(rest)
    left = new Map([...rest].filter(([id]) => !settled.has(id)))
  }
  return cycles
}

/** Nodes of some cycle: every node that is left needs another that is left. */
function ringFrom(start: string, left: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const path: string[] = []
  const seen = new Map<string, number>()
  for (let at: string | undefined = start; at !== undefined;) {
    const before = seen.get(at)
    if (before !== undefined) return path.slice(before)
    seen.set(at, path.length)
    path.push(at)
    at = left.get(at)?.find(id => left.has(id))
  }
  return path
}

function shortestCycle(first: string, left: ReadonlyMap<string, readonly string[]>): Cycle {
  const from = new Map<string, string>()
  const queue = [first]
  for (const at of queue) {
    for (const next of left.get(at) ?? []) {
      if (next === first) return wayTo(at, from)
      if (!left.has(next) || from.has(next)) continue
      from.set(next, at)
      queue.push(next)
    }
  }
  return [first]
}

function wayTo(end: string, from: ReadonlyMap<string, string>): Cycle {
  const way: string[] = []
  for (let at: string | undefined = end; at !== undefined; at = from.get(at)) way.unshift(at)
  return way
}

/** CONFIG_INVALID on the line that closes the cycle: the last file's mention of what the first one makes. */
export function cycleFailure(cycle: Cycle, reached: ReadonlyMap<string, Reach>): Failure {
  const ring = cycle.flatMap(id => reached.get(id) ?? [])
  const [first, last] = [ring[0], ring.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a cycle of nothing')
  const links = ring.map((reach, index) => linkText(reach, ring[index + 1] ?? first))
  const { mention } = wayOf(last, first)
  const at = last.recipe.file.placeOf(mention.path)
  const where = `${at.file}:${at.line}:${at.column}`
  const text = `packages need each other to be built: ${[first.recipe.file.name, ...links].join(' needs ')}`
  return new Failure('CONFIG_INVALID', `${where}: ${text}`, {
    at,
    hint: `Take ${JSON.stringify(mention.text)} out here, or move what both sides need into a package of its own.`,
  })
}

function linkText(from: Reach, to: Reach): string {
  const { through } = wayOf(from, to)
  const { name } = to.recipe.file
  return through === undefined ? name : `${name} (which is installed along with ${through})`
}

function wayOf(from: Reach, to: Reach): Way {
  const way = from.needs.get(to.recipe.file.file)
  if (way === undefined) throw new Error('a cycle without a way')
  return way
}
