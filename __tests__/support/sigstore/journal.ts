import type { Trouble } from './faults.ts'
import type { Call, Service } from './service.ts'

/** A request and what became of it. */
export interface Exchange extends Call {
  readonly service: Service
  /** Milliseconds since the journal began. */
  readonly at: number
  /** Its answer's status. */
  outcome: number | 'reset' | 'under way'
  /** Met by a fault. */
  readonly trouble: Trouble['kind'] | undefined
}

/** All requests, in the order of their arrival. */
export class Journal {
  readonly #begun = performance.now()
  readonly all: Exchange[] = []

  /** Of one service, where `METHOD /path` fits if a pattern is given. */
  of(service: Service, on = /^/): readonly Exchange[] {
    return this.all.filter(one => one.service === service && on.test(`${one.method} ${one.path}`))
  }

  note(service: Service, call: Call, trouble: Trouble | undefined): Exchange {
    const at = performance.now() - this.#begun
    const exchange: Exchange = { ...call, service, at, outcome: 'under way', trouble: trouble?.kind }
    this.all.push(exchange)
    return exchange
  }
}
