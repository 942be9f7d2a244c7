import { expect, it } from 'vitest'
import { sideBySide } from '../../../src/oci/side-by-side.ts'

it('works on at most so many at once and answers in order', async () => {
  let running = 0
  let most = 0
  const answers = await sideBySide([3, 1, 2, 5, 4], 2, async item => {
    running += 1
    most = Math.max(most, running)
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve()
    running -= 1
    return item * 10
  })
  expect(answers).toEqual([30, 10, 20, 50, 40])
  expect(most).toBe(2)
})

it('begins nothing after a failure and tells what runs', async () => {
  const begun: number[] = []
  let told: AbortSignal | undefined
  const work = sideBySide([0, 1, 2, 3], 2, async (item, signal) => {
    begun.push(item)
    if (item === 1) throw new Error('broken')
    told = signal
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  })
  await expect(work).rejects.toThrow('broken')
  expect(begun).toEqual([0, 1])
  expect(told?.aborted).toBe(true)
})

it('takes an empty list', async () => {
  expect(await sideBySide([], 4, async () => 1)).toEqual([])
})
