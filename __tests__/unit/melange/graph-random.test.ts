import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { findCycles } from '../../../src/melange/graph-cycles.ts'
import { levelsOf } from '../../../src/melange/graph-levels.ts'
import { makeGraph } from '../../../src/melange/graph.ts'
import type { Recipe } from '../../../src/melange/recipe.ts'
import { melangeFile } from '../../support/planned-files.ts'

type Needs = ReadonlyMap<string, readonly string[]>

const name = (index: number): string => `p${index}`

/** Any graph; with `forward` each node needs earlier ones only, so there is no cycle. */
function graphs({ forward }: { forward: boolean }): fc.Arbitrary<Needs> {
  return fc
    .integer({ min: 1, max: 25 })
    .chain(size =>
      fc
        .array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size })
        .map(
          lists =>
            new Map(
              lists.map((list, index) => [
                name(index),
                [...new Set(list)].filter(to => !forward || to < index).map(name),
              ]),
            ),
        ),
    )
}

const shuffled = (needs: Needs): fc.Arbitrary<Needs> =>
  fc
    .shuffledSubarray([...needs], { minLength: needs.size, maxLength: needs.size })
    .map(entries => new Map(entries))

function recipesOf(needs: Needs): readonly Recipe[] {
  return [...needs].map(([id, list]) => ({
    file: melangeFile(id),
    packages: [{ name: id, version: '1.0.0-r0', provides: [], runtime: [] }],
    needs: list.map((text, index) => ({ text, path: ['environment', 'contents', 'packages', index] })),
    tests: [],
    repositories: [],
    testRepositories: [],
  }))
}

/** Length of the longest chain below, by its definition. */
function depth(id: string, needs: Needs): number {
  return Math.max(-1, ...(needs.get(id) ?? []).map(need => depth(need, needs))) + 1
}

it('every file comes once, after all that it needs, on the least level', () => {
  fc.assert(
    fc.property(graphs({ forward: true }).chain(shuffled), needs => {
      const { graph, failures } = makeGraph(recipesOf(needs))
      expect(failures).toEqual([])
      expect(graph.nodes.map(({ file }) => file.name).toSorted()).toEqual([...needs.keys()].toSorted())
      const place = new Map(graph.nodes.map(({ id }, index) => [id, index]))
      for (const [index, node] of graph.nodes.entries()) {
        expect(node.needs.every(need => (place.get(need) ?? Infinity) < index)).toBe(true)
        expect(node.level).toBe(depth(node.file.name, needs))
        expect(node.needs.toSorted()).toEqual(
          (needs.get(node.file.name) ?? []).map(need => `${need}.yaml`).toSorted(),
        )
      }
    }),
  )
})

it('a cycle is always found, is one, and none is left without the files of those found', () => {
  fc.assert(
    fc.property(graphs({ forward: false }), needs => {
      const levels = levelsOf(needs)
      const cycles = findCycles(needs, levels)
      expect(cycles.length > 0).toBe(levels.size < needs.size)
      for (const cycle of cycles) {
        const ring = [...cycle, cycle[0] ?? '']
        expect(cycle.every((id, index) => needs.get(id)?.includes(ring[index + 1] ?? ''))).toBe(true)
        expect(new Set(cycle).size).toBe(cycle.length)
      }
      const found = new Set(cycles.flat())
      expect(found.size).toBe(cycles.flat().length)
      const rest = new Map([...needs].filter(([id]) => !found.has(id)))
      expect(levelsOf(rest).size).toBe(rest.size)
    }),
  )
})

it('what is part of no cycle and needs none has its level', () => {
  fc.assert(
    fc.property(graphs({ forward: false }), needs => {
      const reaches = (from: string, seen: Set<string>): boolean =>
        (needs.get(from) ?? []).some(next => seen.has(next) || reaches(next, new Set([...seen, next])))
      const levels = levelsOf(needs)
      for (const id of needs.keys()) expect(levels.has(id)).toBe(!reaches(id, new Set([id])))
    }),
    { numRuns: 60 },
  )
})
