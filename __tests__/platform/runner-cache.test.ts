import { describe, expect, it } from 'vitest'
import { openRunnerCache, type CacheToolkit } from '../../src/platform/runner-cache.ts'
import { fakePorts } from '../support/fake-ports.ts'

const never = new Promise<never>(() => {})

function scene(
  toolkit: Partial<CacheToolkit>,
  {
    load,
    atMost = 60_000,
    env = { ACTIONS_RESULTS_URL: 'https://results' },
  }: { load?: () => Promise<CacheToolkit>; atMost?: number; env?: NodeJS.ProcessEnv } = {},
) {
  const calls: unknown[][] = []
  const { log, lines } = fakePorts()
  const whole: CacheToolkit = {
    isFeatureAvailable: () => true,
    restoreCache: async (...args) => (calls.push(args), 'giropops-old'),
    saveCache: async (...args) => (calls.push(args), 1),
    ...toolkit,
  }
  const cache = openRunnerCache({
    env,
    load: load ?? (async () => whole),
    log,
    restoreAtMost: atMost,
    saveAtMost: atMost,
  })
  return { cache, calls, lines }
}

describe('the cache of the runner', () => {
  it('passes key, prefixes and folder on', async () => {
    const { cache, calls, lines } = scene({})
    expect(await cache.restore('giropops-new', ['giropops-'], '/cache')).toBe('giropops-old')
    await cache.save('giropops-new', '/cache')
    expect(calls).toEqual([
      [['/cache'], 'giropops-new', ['giropops-']],
      [['/cache'], 'giropops-new'],
    ])
    expect(lines).toEqual([])
  })

  it('is silent where there is no such service', async () => {
    const { cache, calls, lines } = scene({ isFeatureAvailable: () => false })
    expect(await cache.restore('key', [], '/cache')).toBeUndefined()
    await cache.save('key', '/cache')
    expect([calls, lines]).toEqual([[], []])
  })

  it.each([{}, { ACTIONS_RESULTS_URL: '' }])(
    'is not even loaded where the runner tells of none: %j',
    async env => {
      const { cache, lines } = scene({}, { env, load: () => Promise.reject(new Error('loaded')) })
      expect(await cache.restore('key', [], '/cache')).toBeUndefined()
      await cache.save('key', '/cache')
      expect(lines).toEqual([])
    },
  )

  it('answers nothing on a miss', async () => {
    const { cache, lines } = scene({ restoreCache: async () => undefined })
    expect(await cache.restore('key', [], '/cache')).toBeUndefined()
    expect(lines).toEqual([])
  })

  const down = () => Promise.reject(new Error('the service is down'))
  it.each([
    ['fails', scene({ restoreCache: down, saveCache: down }), 'the service is down'],
    ['does not load', scene({}, { load: down }), 'the service is down'],
    [
      'never ends',
      scene({ restoreCache: () => never, saveCache: () => never }, { atMost: 1 }),
      'no end after 0 s, not waited for any more',
    ],
  ])('warns and goes on when it %s', async (_, { cache, lines }, reason) => {
    expect(await cache.restore('key', [], '/cache')).toBeUndefined()
    await cache.save('key', '/cache')
    expect(lines).toEqual([
      `warning: the runner's cache: cannot restore key: ${reason}`,
      `warning: the runner's cache: cannot save key: ${reason}`,
    ])
  })
})
