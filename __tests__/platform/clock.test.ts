import { describe, expect, it } from 'vitest'
import { openClock } from '../../src/platform/clock.ts'

describe('openClock', () => {
  it('sleeps', async () => {
    const clock = openClock(new AbortController().signal)
    const before = clock.now().getTime()
    await clock.sleep(20)
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(before + 19)
  })

  it('wakes when the run is cancelled, and does not sleep after that', async () => {
    const cancel = new AbortController()
    const clock = openClock(cancel.signal)
    const sleeping = clock.sleep(600_000)
    cancel.abort()
    await expect(sleeping).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(clock.sleep(600_000)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
