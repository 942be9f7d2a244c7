import type { Reply } from './area.ts'

/** What happens to a request that matches instead of its plain answer. */
export type FaultAction =
  /** The connection is reset before anything is done. */
  | { readonly kind: 'reset' }
  /** All is done, and the connection reset instead of answered. */
  | { readonly kind: 'lose-answer' }
  /** The upload breaks off after so many bytes; without a reply, the connection is reset. */
  | { readonly kind: 'cut-request'; readonly after: number; readonly reply?: Reply }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Answered without doing anything. */
  | ({ readonly kind: 'answer' } & Reply)
  /** Done, and answered otherwise. */
  | { readonly kind: 'rewrite'; readonly change: (reply: Reply) => Reply }
  /** Runs before the request is answered as usual: what somebody else does meanwhile. */
  | { readonly kind: 'meanwhile'; readonly act: () => unknown }

export interface Fault {
  /** Tried on `POST /repos/octo/senhas/releases?…`, decoded. */
  readonly match: RegExp
  /** How often; once unless told. */
  readonly times?: number
  /** Matching requests to leave alone before. */
  readonly after?: number
  readonly action: FaultAction
}

/** GitHub's answer to too many requests at once. */
export const secondaryLimit = (seconds?: number): FaultAction => ({
  kind: 'answer',
  status: 403,
  headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  },
})

/** The page that GitHub's front answers when what is behind it does not. */
export const badGateway: FaultAction = {
  kind: 'answer',
  status: 502,
  body: Buffer.from('<html>Unicorn!</html>'),
}

/** The faults that are still due. */
export class FaultList {
  readonly #due: { readonly fault: Fault; skip: number; times: number }[] = []

  add(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#due.push({ fault, skip: fault.after ?? 0, times: fault.times ?? 1 })
  }

  take(line: string): FaultAction | undefined {
    for (const each of this.#due) {
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

  /** Faults that never came to pass: a test that expects trouble finds none in the end. */
  get unused(): readonly Fault[] {
    return this.#due.filter(each => each.times > 0 && each.times < Infinity).map(each => each.fault)
  }
}
