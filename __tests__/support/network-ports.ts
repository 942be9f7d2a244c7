import { openHttp } from '../../src/platform/http.ts'
import { openPatience } from '../../src/platform/patience.ts'
import type { HttpRequest } from '../../src/ports.ts'
import { fakePorts, type FakePorts, type Script } from './fake-ports.ts'

export interface NetworkPorts extends FakePorts, AsyncDisposable {
  /** Milliseconds of each wait between tries; none was waited for real. */
  readonly waits: readonly number[]
}

export interface NetworkOptions extends Pick<Script, 'processes'> {
  /** Milliseconds of patience, by a clock that the waits move on; 10 minutes unless told. */
  readonly deadline?: number
  /** Milliseconds without progress; those of the request unless told. */
  readonly idleTimeout?: number
}

/** Fake ports whose HTTP and patience are the real ones, with time that passes without waiting. */
export function networkPorts(options: NetworkOptions = {}): NetworkPorts {
  const { deadline = 600_000, idleTimeout, ...script } = options
  const http = openHttp({ env: {}, userAgent: 'giropops-build/test', log: { debug: () => {} } })
  const waits: number[] = []
  const fake = fakePorts({
    ...script,
    http: (request: HttpRequest) =>
      http.send({ ...request, ...(idleTimeout === undefined ? {} : { idleTimeout }) }),
  })
  const clock = {
    now: () => new Date(Date.UTC(2026, 0, 2) + waits.reduce((sum, each) => sum + each, 0)),
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
  }
  return {
    ...fake,
    clock,
    waits,
    patience: openPatience({ deadline, clock, random: () => 0.5, log: fake.log }),
    [Symbol.asyncDispose]: () => http.close(),
  }
}
