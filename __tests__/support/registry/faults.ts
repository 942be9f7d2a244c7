import { Readable } from 'node:stream'
import type { Answer } from './answer.ts'

/** Something that goes wrong with requests that match. */
export interface Fault {
  /** Tried on `PUT /v2/octo/demo/manifests/latest?…`. */
  readonly match: RegExp
  /** How often; once unless told. */
  readonly times?: number
  /** Matching requests to leave alone before. */
  readonly after?: number
  readonly action: FaultAction
}

export type FaultAction =
  /** The connection is reset before anything is done. */
  | { readonly kind: 'reset' }
  /** So many bytes of the request's body are taken in, then the connection is reset. */
  | { readonly kind: 'reset-request'; readonly after: number }
  /** All is done, and the connection reset instead of answered. */
  | { readonly kind: 'lose-answer' }
  /** The answer's head and half of its body are sent, then the connection is reset. */
  | { readonly kind: 'cut-answer' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Answered without doing anything. */
  | ({ readonly kind: 'answer' } & Answer)
  /** Done, and answered otherwise. */
  | { readonly kind: 'rewrite'; readonly change: (answer: Answer) => Answer }

/** The faults that are still due. */
export class FaultList {
  readonly #left: { readonly fault: Fault; skip: number; times: number }[] = []

  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#left.push({ fault, skip: fault.after ?? 0, times: fault.times ?? 1 })
  }

  /** Takes what is due for a request. */
  take(line: string): FaultAction | undefined {
    for (const each of this.#left) {
      if (each.times === 0 || !each.fault.match.test(line)) continue
      if (each.skip > 0) {
        each.skip -= 1
        continue
      }
      each.times -= 1
      return each.fault.action
    }
    return undefined
  }

  /** Faults that never came to pass. */
  get unused(): number {
    return this.#left.filter(each => each.times > 0).length
  }
}

/** The first bytes of a body, then `broken` is called and the stream fails. */
export function brokenAfter(body: Readable, bytes: number, broken: () => void): Readable {
  async function* first(): AsyncGenerator<Uint8Array> {
    let left = bytes
    for await (const chunk of body) {
      const part = (chunk as Uint8Array).subarray(0, left)
      left -= part.length
      if (part.length > 0) yield part
      if (left > 0) continue
      broken()
      throw new Error('reset by a fault')
    }
  }
  return Readable.from(first(), { objectMode: false })
}
