import type { Service } from './service.ts'

/** What happens to a request instead of its plain answer. `acted`: only after it was acted on, so the answer alone is lost. */
export type Trouble =
  | { readonly kind: 'reset'; readonly acted?: boolean }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      readonly acted?: boolean
    }
  /** Status 200 and a page of HTML, unless another body is given. */
  | { readonly kind: 'garbage'; readonly body?: string; readonly acted?: boolean }
  /** Acted on at once, answered late. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Acted on twice, with the second answer given: the 409 that logs have for what they know. */
  | { readonly kind: 'repeated' }

export interface Fault {
  readonly service: Service
  /** Meets only requests whose `METHOD /path` it fits. */
  readonly on?: RegExp
  /** Requests let through first; 0 unless told. */
  readonly after?: number
  /** Requests it meets; 1 unless told, `Infinity` for all. */
  readonly times?: number
  readonly trouble: Trouble
}

/** Rules for trouble. The first that fits a request and is not used up meets it. */
export class Faults {
  #rules: { readonly fault: Fault; after: number; times: number }[] = []

  add(...faults: readonly Fault[]): void {
    this.#rules.push(...faults.map(fault => ({ fault, after: fault.after ?? 0, times: fault.times ?? 1 })))
  }

  clear(): void {
    this.#rules = []
  }

  /** Rules that still wait for a request: a test that expects trouble finds none in the end. */
  get waiting(): readonly Fault[] {
    return this.#rules.filter(rule => rule.times > 0 && rule.times < Infinity).map(rule => rule.fault)
  }

  /** The trouble of this request, used up by one. */
  take(service: Service, line: string): Trouble | undefined {
    for (const rule of this.#rules) {
      if (rule.times <= 0 || rule.fault.service !== service || !(rule.fault.on?.test(line) ?? true)) continue
      if (rule.after > 0) {
        rule.after -= 1
        continue
      }
      rule.times -= 1
      return rule.fault.trouble
    }
    return undefined
  }
}
