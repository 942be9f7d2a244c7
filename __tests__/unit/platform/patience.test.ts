import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { openPatience } from '../../../src/platform/patience.ts'

/** A clock that only sleeping moves. */
function patienceOf(deadline: number, random = 1) {
  const waits: number[] = []
  const lines: string[] = []
  let now = 0
  const clock = {
    now: () => new Date(now),
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds)
      now += milliseconds
    },
  }
  const log = { info: (line: string) => void lines.push(line) }
  const patience = openPatience({ deadline, clock, random: () => random, log })
  return { patience, waits, lines, advance: (milliseconds: number) => void (now += milliseconds) }
}

const outage = (retryAfter?: number): Transient =>
  new Transient(new Failure('NETWORK_FAILED', '503'), retryAfter)

describe('openPatience', () => {
  it('answers at once what succeeds', async () => {
    const { patience, waits, lines } = patienceOf(1000)
    expect(await patience.retry('push', async tries => tries)).toBe(0)
    expect([waits, lines]).toEqual([[], []])
  })

  it('doubles the backoff up to its cap, and tells each wait', async () => {
    const { patience, waits, lines } = patienceOf(600_000)
    const answer = await patience.retry('push of x', async tries => {
      if (tries < 9) throw outage()
      return tries
    })
    expect(answer).toBe(9)
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(lines[1]).toBe('push of x: 503, again in 1.0 s (try 3)')
    expect(lines).toHaveLength(9)
  })

  it('spreads waits over the whole backoff', async () => {
    const { patience, waits } = patienceOf(600_000, 0.25)
    await patience.retry('push', async tries => {
      if (tries < 2) throw outage()
    })
    expect(waits).toEqual([125, 250])
  })

  it('says what is done once, and never waits for no time', async () => {
    const { patience, waits, lines } = patienceOf(600_000, 0)
    const failure = new Failure('REGISTRY_FAILED', 'push of x: the registry answered 500')
    await patience.retry('push of x', async tries => {
      if (tries === 0) throw new Transient(failure, 0)
    })
    expect(waits).toEqual([100])
    expect(lines).toEqual(['push of x: the registry answered 500, again in 0.1 s (try 2)'])
  })

  it('waits no less than the other side asks', async () => {
    const { patience, waits } = patienceOf(600_000)
    await patience.retry('push', async tries => {
      if (tries === 0) throw outage(7000)
      if (tries === 1) throw outage(10)
    })
    expect(waits).toEqual([7000, 1000])
  })

  it('gives up when the next wait would pass the deadline, counted from the first failure', async () => {
    const { patience, waits, lines, advance } = patienceOf(2000)
    let calls = 0
    const trying = patience.retry('push', async tries => {
      calls += 1
      if (tries === 0) advance(60_000)
      throw outage()
    })
    await expect(trying).rejects.toMatchObject({ name: 'Failure', code: 'NETWORK_FAILED', message: '503' })
    expect([calls, waits]).toEqual([3, [500, 1000]])
    expect(lines.at(-1)).toBe('push: 503, given up (try 3; a wait of 2.0 s would pass the deadline of 2.0 s)')
  })

  it('does not begin a wait that is asked to be longer than the deadline', async () => {
    const { patience, waits, lines } = patienceOf(10_000)
    await expect(patience.retry('push', () => Promise.reject(outage(3_600_000)))).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
    })
    expect(waits).toEqual([])
    expect(lines).toEqual([
      'push: 503, given up (try 1; a wait of 3600.0 s would pass the deadline of 10.0 s)',
    ])
  })

  it('says nothing when there is no patience at all', async () => {
    const { patience, lines } = patienceOf(0)
    await expect(patience.retry('push', () => Promise.reject(outage()))).rejects.toThrow('503')
    expect(lines).toEqual([])
  })

  it.each([new Failure('REGISTRY_DENIED', 'no'), new TypeError('bug')])('passes %s through', async error => {
    const { patience, waits } = patienceOf(1000)
    await expect(
      patience.retry('push', async () => {
        throw error
      }),
    ).rejects.toBe(error)
    expect(waits).toEqual([])
  })
})
