import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { balance, heaviest, weightOf } from '../../../src/pipeline/balance.ts'
import { planMatrix } from '../../../src/pipeline/plan-matrix.ts'
import { graphOfNeeds, type NodeText } from '../../support/graph-nodes.ts'
import { arch } from '../../support/planned-files.ts'

const platforms = ['amd64', 'arm64', 'riscv64'].map(arch)

/** A node of a graph that needs, and tests with, earlier ones. */
const node = (index: number): fc.Arbitrary<NodeText> => {
  const earlier = fc.array(fc.nat(Math.max(0, index - 1)), { maxLength: index === 0 ? 0 : 2 })
  const names = earlier.map(list => [...new Set(list)].map(at => `p${at}`))
  const archs = fc.subarray(platforms.map(({ apk }) => apk))
  return fc.record({ needs: names, tests: names, runtime: names, archs })
}

const nodes = fc
  .integer({ min: 0, max: 30 })
  .chain(size => fc.tuple(...Array.from({ length: size }, (_, index) => node(index))))
  .map(list => Object.fromEntries(list.map((each, index) => [`p${index}`, each])))

const wishes = fc.record({
  nodes,
  legs: fc.option(fc.integer({ min: 3, max: 300 }), { nil: undefined }),
  times: fc.array(
    fc.record({
      file: fc.nat(30).map(at => `p${at}.yaml`),
      arch: fc.constantFrom(...platforms.map(({ apk }) => apk)),
      seconds: fc.double({ min: 0, max: 1e4, noNaN: true }),
    }),
    { maxLength: 60 },
  ),
})

it('every file is in exactly one leg of each of its platforms, with all that it needs before it', () => {
  fc.assert(
    fc.property(wishes, wish => {
      const graph = graphOfNeeds(wish.nodes)
      const legs = planMatrix({ ...wish, graph, architectures: platforms, runners: [] })
      expect(legs.length).toBeLessThanOrEqual(wish.legs ?? 256)
      expect(new Set(legs.map(({ name }) => name)).size).toBe(legs.length)
      for (const { platform, apk } of platforms) {
        const dealt = legs
          .filter(leg => leg.platform === platform)
          .map(leg => leg['melange-config'].split('\n'))
        const wanted = graph.nodes.filter(
          ({ file }) => file.architectures.length === 0 || file.architectures.includes(apk),
        )
        const ids = new Set(wanted.map(({ id }) => id))
        expect(dealt.flat().toSorted()).toEqual([...ids].toSorted())
        for (const { id, needs, tests } of wanted) {
          const leg = dealt.find(files => files.includes(id)) ?? []
          const before = new Set(leg.slice(0, leg.indexOf(id)))
          expect(needs.filter(each => ids.has(each) && !before.has(each))).toEqual([])
          expect(tests.filter(each => ids.has(each) && !leg.includes(each))).toEqual([])
        }
      }
    }),
  )
})

it('the heaviest pile is within 4/3 of the least that there can be', () => {
  const items = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 1000 }) }), {
    minLength: 1,
    maxLength: 9,
  })
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 4 }), (list, count) => {
      const piles = balance(list, count)
      expect(piles.flat().toSorted(byWeight)).toEqual(list.toSorted(byWeight))
      expect(piles.every(pile => pile.length > 0)).toBe(true)
      expect(piles.length).toBe(Math.min(count, list.length))
      expect(heaviest(piles) * 3).toBeLessThanOrEqual(
        best(
          list.map(({ weight }) => weight),
          count,
        ) * 4,
      )
      expect(weightOf(piles.flat())).toBe(weightOf(list))
    }),
    { numRuns: 50 },
  )
})

const byWeight = (a: { weight: number }, b: { weight: number }): number => a.weight - b.weight

/** The lightest heaviest pile, by trying all. */
function best(weights: readonly number[], count: number, piles: readonly number[] = []): number {
  const [first, ...rest] = weights
  if (first === undefined) return Math.max(...piles)
  const open = piles.length < count ? [...piles, 0] : piles
  return Math.min(
    ...open.map((_, at) =>
      best(
        rest,
        count,
        open.map((pile, i) => (i === at ? pile + first : pile)),
      ),
    ),
  )
}
