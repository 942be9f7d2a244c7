/** One build of a plan: a file for an architecture. */
export interface Work<Self> {
  /** Architecture: works of one lane share an index. */
  readonly lane: string
  /** Works of the same lane that must be there first. */
  readonly needs: readonly Self[]
}

export interface WorkOrder<W extends Work<W>> {
  /** Each after all that it needs. */
  readonly works: readonly W[]
  /** Works and index writers that run side by side at most. */
  readonly jobs: number
  /** Does a work. What it makes can be used once its lane was indexed. */
  readonly build: (work: W) => Promise<void>
  /** Takes what was made since the last time into the lane's index; never twice at once for a lane. */
  readonly index: (lane: string, made: readonly W[]) => Promise<void>
}

export interface WorkResult<W extends Work<W>> {
  /** What was thrown, in the order of the works. */
  readonly errors: readonly unknown[]
  /** Not begun, and the failed work that each needs. */
  readonly skipped: ReadonlyMap<W, W>
}

type State = 'waiting' | 'running' | 'made' | 'indexing' | 'there' | 'failed'

/**
 * Does every work as soon as all that it needs is in the index, that with the longest chain behind it first. An index is written
 * only when a free place has nothing better to do: so what was finished meanwhile shares it. A failure stops what needs it,
 * nothing else; `isEnd` tells errors after which nothing new is begun.
 */
export async function workInOrder<W extends Work<W>>(
  order: WorkOrder<W>,
  isEnd: (error: unknown) => boolean,
): Promise<WorkResult<W>> {
  const { works, jobs } = order
  const heights = heightsOf(works)
  const heightOf = (work: W): number => heights.get(work) ?? 0
  const tallest = (some: readonly W[]): W | undefined =>
    some.reduce<W | undefined>(
      (best, work) => (best === undefined || heightOf(work) > heightOf(best) ? work : best),
      undefined,
    )
  const states = new Map<W, State>(works.map(work => [work, 'waiting']))
  const errors = new Map<W, unknown>()
  const skipped = new Map<W, W>()
  const running = new Set<Promise<void>>()
  const inState = (state: State, lane?: string): readonly W[] =>
    works.filter(work => states.get(work) === state && (lane === undefined || work.lane === lane))

  const fail = (failed: readonly W[], error: unknown): void => {
    const [first] = failed
    if (first === undefined) return
    errors.set(first, error)
    for (const work of failed) states.set(work, 'failed')
    for (const work of works) {
      const cause = work.needs.find(need => states.get(need) === 'failed')
      if (states.get(work) !== 'waiting' || cause === undefined) continue
      states.set(work, 'failed')
      skipped.set(work, skipped.get(cause) ?? cause)
    }
  }
  const run = async (
    items: readonly W[],
    phases: readonly [State, State],
    task: () => Promise<void>,
  ): Promise<void> => {
    const [during, after] = phases
    for (const work of items) states.set(work, during)
    try {
      await task()
      for (const work of items) states.set(work, after)
    } catch (error) {
      fail(items, error)
    }
  }
  const begin = (items: readonly W[], phases: readonly [State, State], task: () => Promise<void>): void => {
    const done: Promise<void> = run(items, phases, task).finally(() => running.delete(done))
    running.add(done)
  }
  const writeIndex = (lane: string): void => {
    const made = inState('made', lane)
    begin(made, ['indexing', 'there'], () => order.index(lane, made))
  }
  /** Begins the best thing that can be; false when there is none. */
  const beginOne = (): boolean => {
    const busy = new Set(inState('indexing').map(({ lane }) => lane))
    const isReady = (work: W): boolean => work.needs.every(need => states.get(need) === 'there')
    const isNear = (work: W): boolean =>
      !busy.has(work.lane) && work.needs.every(need => ['there', 'made'].includes(states.get(need) ?? ''))
    const waiting = inState('waiting')
    const [ready, near] = [tallest(waiting.filter(isReady)), tallest(waiting.filter(isNear))]
    const isNearBetter = near !== undefined && (ready === undefined || heightOf(near) > heightOf(ready))
    if (isNearBetter) writeIndex(near.lane)
    else if (ready !== undefined) begin([ready], ['running', 'made'], () => order.build(ready))
    else return false
    return true
  }

  const mayBegin = (): boolean => running.size < jobs && ![...errors.values()].some(isEnd)
  for (;;) {
    while (mayBegin() && beginOne()) continue
    if (running.size === 0) break
    await Promise.race(running)
  }
  for (const lane of new Set(inState('made').map(work => work.lane))) writeIndex(lane)
  await Promise.all(running)
  return { errors: works.flatMap(work => (errors.has(work) ? [errors.get(work)] : [])), skipped }
}

/** Works in the longest chain of those that need it, itself included. */
function heightsOf<W extends Work<W>>(works: readonly W[]): ReadonlyMap<W, number> {
  const heights = new Map<W, number>()
  for (const work of works.toReversed()) {
    const height = heights.get(work) ?? 1
    heights.set(work, height)
    for (const need of work.needs) heights.set(need, Math.max(heights.get(need) ?? 1, height + 1))
  }
  return heights
}
