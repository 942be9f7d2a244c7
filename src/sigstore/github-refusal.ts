import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import { waitOfLimit } from '../github/rate-limit.ts'
import { plain, refused } from './service-failure.ts'
import { titleOf, type Service } from './service.ts'

/** An answer of GitHub's API that is no success. */
export interface GithubRefusal {
  readonly service: Service
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What `saidIn` found, without the token. */
  readonly words: string
}

/** SIGNING_FAILED for an attestation that GitHub did not take; Transient for a limit, with its time, and for an outage. */
export function refusedByGithub(refusal: GithubRefusal, now: Date): Failure | Transient {
  const { service, status, words } = refusal
  const wait = waitOfLimit(refusal, now)
  if (wait !== undefined) {
    const message = `${titleOf(service)} answered ${status}: ${plain(words) || 'too many requests'}`
    const hint = 'Run it again later; the input `deadline` says how long a limit is waited out.'
    return new Transient(new Failure('SIGNING_FAILED', message, { hint }), wait)
  }
  const failure = refused({ service, status, text: words })
  if (failure instanceof Transient) return failure
  return new Failure('SIGNING_FAILED', failure.message, { hint: hintOf(status, words) })
}

function hintOf(status: number, words: string): string {
  if (status === 401)
    return 'The token is not valid, or no longer; `github-token` is that of the job unless given.'
  if (status === 403 || status === 404 || /not available/i.test(words)) {
    return 'Add `attestations: write` to the permissions of the job. For private repositories GitHub keeps attestations on Enterprise Cloud only, and Enterprise Server keeps none: `attest-to: registry` does without.'
  }
  return 'GitHub does not take the attestation as it is; `attest-to: registry` does without GitHub.'
}

/** Whether an answer means that what was sent is too large. */
export function saysTooLarge(status: number, words: string): boolean {
  if (status === 413) return true
  const size = /too (large|big|long)|larger than|(exceed|over|max).*(size|limit|bytes|[KMG]i?B\b)/i
  return status === 422 && size.test(words)
}
