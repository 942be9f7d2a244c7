/** Something that a run waits for: it goes on when the scheduler lets it. */
export interface Step {
  readonly kind: string
  readonly go: () => void
}

/** A run whose steps are in the hands of a scheduler. */
export interface Racer {
  /** The step it waits for; undefined while it works or has ended. */
  readonly waiting: () => Step | undefined
  readonly ended: () => boolean
}

/** Waits for the scheduler before `act`. */
export type Turn = <T>(kind: string, act: () => T) => Promise<T>

/** Starts a run that takes its turns one at a time. */
export function startRacer(run: (turn: Turn) => Promise<void>): Racer {
  let waiting: Step | undefined
  let ended = false
  const turn: Turn = async (kind, act) => {
    await new Promise<void>(resolve => {
      waiting = { kind, go: resolve }
    })
    waiting = undefined
    return act()
  }
  void run(turn).finally(() => (ended = true))
  return { waiting: () => waiting, ended: () => ended }
}

export interface Race<Result> {
  readonly racers: readonly Racer[]
  /** Whether a racer's step may be taken now. */
  readonly allowed: (racer: number, step: Step) => boolean
  readonly result: () => Result
}

/**
 * Plays every order in which the steps of a race can happen: `start` begins it anew each time. Answers each result with the order
 * that led to it (`0PUT 1GET …`).
 */
export async function playAll<Result>(
  start: () => Race<Result>,
): Promise<readonly { readonly order: string; readonly result: Result }[]> {
  const found: { order: string; result: Result }[] = []
  const paths: number[][] = [[]]
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const race = start()
    const taken: number[] = []
    const order: string[] = []
    for (;;) {
      await settled(race.racers)
      const able = race.racers.flatMap((racer, at) => {
        const step = racer.waiting()
        return step !== undefined && race.allowed(at, step) ? [{ at, step }] : []
      })
      const [first, ...others] = able
      if (first === undefined) break
      const choice = path[taken.length] ?? first.at
      if (taken.length >= path.length) for (const { at } of others) paths.push([...taken, at])
      const chosen = able.find(({ at }) => at === choice) ?? first
      taken.push(chosen.at)
      order.push(`${chosen.at}${chosen.step.kind}`)
      chosen.step.go()
    }
    if (!race.racers.every(racer => racer.ended())) throw new Error(`stuck after ${order.join(' ')}`)
    found.push({ order: order.join(' '), result: race.result() })
  }
  return found
}

/** Until every racer waits for a step or has ended. */
async function settled(racers: readonly Racer[]): Promise<void> {
  do await new Promise(resolve => setImmediate(resolve))
  while (!racers.every(racer => racer.ended() || racer.waiting() !== undefined))
}
