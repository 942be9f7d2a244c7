import { expect, it } from 'vitest'
import { sideBySide } from '../../../src/melange/side-by-side.ts'

it('does each, at most so many at a time, and answers in order', async () => {
  let [running, most] = [0, 0]
  const work = async (item: number): Promise<number> => {
    running += 1
    most = Math.max(most, running)
    await new Promise(resolve => setImmediate(resolve))
    running -= 1
    if (item === 2) throw new Error('two')
    return item * 10
  }
  const results = await sideBySide([1, 2, 3, 4], 2, work)
  expect(
    results.map(result => (result.status === 'fulfilled' ? result.value : String(result.reason))),
  ).toEqual([10, 'Error: two', 30, 40])
  expect(most).toBe(2)
})

it('has nothing to do for nothing, and does one at a time for a limit below one', async () => {
  expect(await sideBySide([], 2, async () => 1)).toEqual([])
  expect(await sideBySide(['a'], 0, async item => item)).toEqual([{ status: 'fulfilled', value: 'a' }])
})
