import { asObject } from '../domain/json-object.ts'
import type { Clock } from '../ports.ts'
import type { GithubAnswer, GithubApi } from './rest.ts'
import { plainWords, saidIn } from './words.ts'

/** A SARIF document and what it was made of. */
export interface SarifUpload {
  /** `owner/name` */
  readonly repository: string
  /** Commit id, and the full ref: `refs/heads/main`, `refs/pull/7/merge`. */
  readonly commit: string
  readonly ref: string
  /** The document, compressed. */
  readonly gzip: Buffer
  readonly tool: string
  readonly startedAt: Date
}

/** What GitHub made of a document. */
export type UploadOutcome =
  | { readonly state: 'complete' }
  /** Taken, and not dealt with in the time that we wait. */
  | { readonly state: 'pending' }
  /** The token may not, or code scanning is off. */
  | { readonly state: 'refused'; readonly words: string }
  | { readonly state: 'tooLarge' }
  /** GitHub could not make sense of it. */
  | { readonly state: 'failed'; readonly words: string }

/** Seconds between looks; three minutes in all. */
const looks = [1, 2, 4, 8, 15, 30, 60, 60]

/**
 * Uploads a SARIF document and waits until GitHub has dealt with it, for three minutes or `deadline` milliseconds, whichever is less ("Upload an analysis as SARIF data", REST 2022-11-28).
 * Sent again it replaces itself. Fails with GITHUB_REFUSED or NETWORK_FAILED where the outcome is none of these.
 */
export async function uploadSarif(
  upload: SarifUpload,
  { github, clock, deadline }: { github: GithubApi; clock: Pick<Clock, 'sleep'>; deadline: number },
): Promise<UploadOutcome> {
  const { repository, commit, ref, gzip, tool, startedAt } = upload
  const path = `/repos/${repository.split('/').map(encodeURIComponent).join('/')}/code-scanning/sarifs`
  const sent = await github.ask({
    what: `the findings of ${repository}`,
    method: 'POST',
    path,
    repeatable: true,
    accept: [400, 403, 404, 413],
    body: {
      commit_sha: commit,
      ref,
      sarif: gzip.toString('base64'),
      tool_name: tool,
      started_at: startedAt.toISOString(),
    },
  })
  if (sent.status === 413) return { state: 'tooLarge' }
  if (sent.status === 400) return { state: 'failed', words: wordsOf(sent) }
  if (sent.status >= 300) return { state: 'refused', words: wordsOf(sent) }
  const id = asObject(sent.json)?.['id']
  if (typeof id !== 'string') return { state: 'failed', words: 'the answer names no upload' }
  let left = deadline
  for (const seconds of looks) {
    const wait = Math.min(seconds * 1000, left)
    if (wait <= 0) break
    const outcome = await look(`${path}/${encodeURIComponent(id)}`, github)
    if (outcome !== undefined) return outcome
    await clock.sleep(wait)
    left -= wait
  }
  return (await look(`${path}/${encodeURIComponent(id)}`, github)) ?? { state: 'pending' }
}

/** What came of an upload; undefined as long as nobody knows: it may take a while until it is listed at all. */
async function look(path: string, github: GithubApi): Promise<UploadOutcome | undefined> {
  const answer = await github.ask({
    what: 'the upload of the findings',
    method: 'GET',
    path,
    accept: [403, 404],
  })
  if (answer.status === 403) return { state: 'pending' }
  const { processing_status: status, errors } = asObject(answer.json) ?? {}
  if (status === 'complete') return { state: 'complete' }
  if (status !== 'failed') return undefined
  const texts = Array.isArray(errors) ? errors.map(String) : []
  return { state: 'failed', words: plainWords(texts.join('; '), '') || 'it does not say why' }
}

/** GitHub's own words, never the token. */
function wordsOf({ status, bytes }: GithubAnswer): string {
  return plainWords(saidIn(bytes), '') || `it answered ${status}`
}
