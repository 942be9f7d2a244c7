import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { workInOrder, type Work } from '../../../src/melange/work-order.ts'

interface TestWork extends Work<TestWork> {
  readonly name: string
}

/** Works from `lane/name: needs`, each after what it needs. */
function worksFrom(texts: readonly string[]): readonly TestWork[] {
  const works = new Map<string, TestWork>()
  for (const text of texts) {
    const [name = '', needs = ''] = text.split(':')
    const found = needs.split(' ').flatMap(each => works.get(each.trim()) ?? [])
    works.set(name, { name, lane: name.split('/')[0] ?? '', needs: found })
  }
  return [...works.values()]
}

interface Setting {
  readonly jobs: number
  readonly failing?: readonly string[]
  readonly failingLane?: string
  readonly isEnd?: (error: unknown) => boolean
  /** Turns of the event loop that a work takes. */
  readonly turns?: (name: string) => number
}

async function carryOut(works: readonly TestWork[], setting: Setting) {
  const events: string[] = []
  const there = new Set<string>()
  const writing = new Set<string>()
  let running = 0
  let most = 0
  const wait = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }
  const inside = async (task: () => Promise<void>): Promise<void> => {
    running += 1
    most = Math.max(most, running)
    await task().finally(() => (running -= 1))
  }
  const result = await workInOrder<TestWork>(
    {
      works,
      jobs: setting.jobs,
      build: ({ name, needs }) =>
        inside(async () => {
          events.push(name)
          expect(needs.filter(need => !there.has(need.name))).toEqual([])
          await wait(setting.turns?.(name) ?? 1)
          if (setting.failing?.includes(name)) throw new Error(name)
        }),
      index: (lane, made) =>
        inside(async () => {
          expect(writing.has(lane)).toBe(false)
          writing.add(lane)
          events.push(`index ${lane}: ${made.map(({ name }) => name).join(' ')}`)
          await wait(1)
          writing.delete(lane)
          if (setting.failingLane === lane) throw new Error(`index ${lane}`)
          for (const { name } of made) there.add(name)
        }),
    },
    setting.isEnd ?? (() => false),
  )
  return {
    events,
    most,
    there,
    errors: result.errors.map(error => (error instanceof Error ? error.message : error)),
    skipped: Object.fromEntries([...result.skipped].map(([work, cause]) => [work.name, cause.name])),
  }
}

it('writes an index once for all that was finished, as late as that costs nothing', async () => {
  const works = worksFrom(['x/a', 'x/b', 'x/c', 'x/d: x/a', 'x/e: x/b x/c'])
  const { events } = await carryOut(works, { jobs: 1 })
  expect(events).toEqual(['x/a', 'x/b', 'x/c', 'index x: x/a x/b x/c', 'x/d', 'x/e', 'index x: x/d x/e'])
})

it('does not wait for a whole level', async () => {
  const works = worksFrom(['x/slow', 'x/a', 'x/b: x/a', 'x/c: x/b'])
  const { events } = await carryOut(works, { jobs: 2, turns: name => (name === 'x/slow' ? 50 : 1) })
  expect(events.slice(0, 6)).toEqual(['x/a', 'x/slow', 'index x: x/a', 'x/b', 'index x: x/b', 'x/c'])
})

it('puts the longest chain first', async () => {
  const works = worksFrom(['x/short', 'x/a', 'x/b: x/a', 'x/c: x/b'])
  const { events } = await carryOut(works, { jobs: 1 })
  expect(events.slice(0, 4)).toEqual(['x/a', 'index x: x/a', 'x/b', 'x/short'])
})

it('keeps the lanes apart', async () => {
  const works = worksFrom(['x/a', 'y/a', 'x/b: x/a', 'y/b: y/a'])
  const { events } = await carryOut(works, { jobs: 4, failing: ['y/a'] })
  expect(events).toEqual(expect.arrayContaining(['index x: x/a', 'x/b']))
  expect(events).not.toContain('y/b')
})

it('skips what needs a failed one, tells the first cause, and finishes the rest', async () => {
  const works = worksFrom(['x/a', 'x/z', 'x/b: x/a', 'x/c: x/b x/z', 'x/y: x/z'])
  const { errors, skipped, there } = await carryOut(works, { jobs: 2, failing: ['x/a', 'x/y'] })
  expect(errors).toEqual(['x/a', 'x/y'])
  expect(skipped).toEqual({ 'x/b': 'x/a', 'x/c': 'x/a' })
  expect([...there]).toEqual(['x/z'])
})

it('skips what needs an index that could not be written', async () => {
  const works = worksFrom(['x/a', 'x/b: x/a', 'y/a', 'y/b: y/a'])
  const { errors, skipped, there } = await carryOut(works, { jobs: 1, failingLane: 'x' })
  expect(errors).toEqual(['index x'])
  expect(skipped).toEqual({ 'x/b': 'x/a' })
  expect([...there]).toEqual(['y/a', 'y/b'])
})

it('begins nothing after an end, but takes in what was made', async () => {
  const works = worksFrom(['x/a', 'x/b', 'x/c'])
  const { events, errors } = await carryOut(works, {
    jobs: 1,
    failing: ['x/b'],
    isEnd: error => error instanceof Error,
  })
  expect([events, errors]).toEqual([['x/a', 'x/b', 'index x: x/a'], ['x/b']])
})

it('does nothing when there is nothing', async () => {
  expect(await carryOut([], { jobs: 2 })).toMatchObject({ events: [], errors: [], skipped: {} })
})

it('whatever the graph: each once, after its needs, never more than jobs, one writer per lane', async () => {
  const graphs = fc.integer({ min: 1, max: 20 }).chain(size =>
    fc.record({
      needs: fc.array(fc.array(fc.nat(size), { maxLength: 3 }), { minLength: size, maxLength: size }),
      jobs: fc.integer({ min: 1, max: 5 }),
      turns: fc.array(fc.nat(4), { minLength: size, maxLength: size }),
      failing: fc.subarray(Array.from({ length: size }, (_, index) => index)),
    }),
  )
  await fc.assert(
    fc.asyncProperty(graphs, async ({ needs, jobs, turns, failing }) => {
      const text = (lane: string) => (list: readonly number[], index: number) =>
        `${lane}/${index}: ${list
          .filter(to => to < index)
          .map(to => `${lane}/${to}`)
          .join(' ')}`
      const works = worksFrom([...needs.map(text('x')), ...needs.map(text('y'))])
      const broken = failing.filter(index => index % 3 === 0).map(index => `x/${index}`)
      const turnsOf = (name: string): number => turns[Number(name.split('/')[1])] ?? 0
      const { events, most, skipped, errors, there } = await carryOut(works, {
        jobs,
        failing: broken,
        turns: turnsOf,
      })
      const begun = events.filter(event => !event.startsWith('index'))
      expect(new Set(begun).size).toBe(begun.length)
      expect([...begun, ...Object.keys(skipped)].toSorted()).toEqual(works.map(({ name }) => name).toSorted())
      expect(new Set(errors)).toEqual(new Set(begun.filter(name => broken.includes(name))))
      expect(there.size).toBe(begun.length - errors.length)
      expect(most).toBeLessThanOrEqual(Math.max(jobs, 2))
    }),
    { numRuns: 60 },
  )
})
