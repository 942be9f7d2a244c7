import { openAttestations } from '../../support/github/attestations.ts'
import { startGithub as startSite } from '../../support/github/start.ts'

/** What happens to a request instead of its plain answer; `acted`: only after the attestation was stored. */
export type Trouble =
  | { readonly kind: 'reset'; readonly acted?: boolean }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | object
    }

/** GitHub's store of attestations of one repository. */
export interface GithubStandIn extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Bundles that are stored, in the order in which they came. */
  readonly stored: readonly unknown[]
  /** Whatever is wrong with the requests that came, and with answers that are GitHub's own. */
  readonly problems: readonly string[]
  readonly requests: () => number
  /** Requests that were there at the same time, at most. */
  readonly mostAtOnce: () => number
  /** The next requests meet these, one each; with `times` more of them. */
  trouble(trouble: Trouble, times?: number): void
  /** Answers nobody until so many requests are there. */
  holdUntil(requests: number): void
}

export interface StandInOptions {
  readonly repository: string
  readonly token: string
}

export async function startGithub(options: StandInOptions): Promise<GithubStandIn> {
  const { stored, area } = openAttestations()
  const site = await startSite({ ...options, areas: [area] })
  const gate = site.watch(/attestations/)
  return {
    url: site.url,
    port: Number(new URL(site.url).port),
    stored,
    problems: site.problems,
    requests: () => site.asked.length,
    mostAtOnce: gate.mostAtOnce,
    holdUntil: gate.holdUntil,
    trouble: (trouble, times = 1) =>
      site.breakWith({ match: /attestations/, times, action: actionOf(trouble) }),
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  }
}

function actionOf(trouble: Trouble) {
  if (trouble.kind === 'reset') return { kind: trouble.acted ? 'lose-answer' : 'reset' } as const
  const { body } = trouble
  return { ...trouble, body: typeof body === 'string' ? Buffer.from(body) : body }
}
