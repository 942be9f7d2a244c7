import type { BuildTime } from '../domain/build-time.ts'
import type { GraphNode } from '../melange/graph.ts'

/** How long files are expected to take, in seconds. */
export interface BuildWeights {
  /** The sum for the nodes on apk's architecture, and whether all of it was measured. More than zero. */
  of(nodes: readonly GraphNode[], arch: string): { readonly weight: number; readonly known: boolean }
}

/** Shorter builds count as this long, so that every file has some weight. */
const least = 0.1
/** Guess where nothing at all was measured. */
const guess = 10

/** Weights from earlier builds: what was not measured counts as the mean of its architecture, or of all. */
export function openWeights(times: readonly BuildTime[]): BuildWeights {
  const measured = new Map(times.map(({ file, arch, seconds }) => [`${arch} ${file}`, seconds]))
  const means = new Map(
    [...Map.groupBy(times, ({ arch }) => arch)].map(([arch, list]) => [arch, meanOf(list)] as const),
  )
  const otherwise = times.length === 0 ? guess : meanOf(times)
  return {
    of(nodes, arch) {
      const seconds = nodes.map(({ id }) => measured.get(`${arch} ${id}`))
      const mean = means.get(arch) ?? otherwise
      return {
        weight: seconds.reduce<number>((sum, each) => sum + Math.max(least, each ?? mean), 0),
        known: seconds.every(each => each !== undefined),
      }
    },
  }
}

function meanOf(times: readonly BuildTime[]): number {
  return times.reduce((sum, { seconds }) => sum + seconds, 0) / times.length
}
