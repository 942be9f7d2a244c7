import type { Log } from '../ports.ts'

/** A runner sends SIGINT, SIGTERM 7.5 s later and kills 2.5 s after that; what is left must be cleaned up before. */
const grace = 5000
const unwinding = 1500
const signals = ['SIGINT', 'SIGTERM'] as const

export interface Cancellable {
  readonly log: Pick<Log, 'warning'>
  /** Stops what runs; resolves when it has ended. */
  readonly cancel: (grace: number) => Promise<void>
  /** Last words when the run does not come to its end by itself. */
  readonly lastly: () => Promise<void>
}

/** While in use, a signal cancels the run: it unwinds as after a failure, and if it does not, the process ends all the same. */
export function onCancel({ log, cancel, lastly }: Cancellable): Disposable {
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    log.warning(`${signal}: stopping, and cleaning up`)
    await cancel(grace)
    setTimeout(() => {
      const end = (): void => {
        forget()
        process.kill(process.pid, signal)
      }
      void lastly().then(end, end)
    }, unwinding).unref()
  }
  const listener = (signal: NodeJS.Signals): void => void stop(signal)
  const forget = (): void => {
    for (const signal of signals) process.off(signal, listener)
  }
  for (const signal of signals) process.on(signal, listener)
  return { [Symbol.dispose]: forget }
}
