import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import { waitOfLimit } from './rate-limit.ts'

/** An answer of GitHub's API that is no success. */
export interface RefusedAnswer {
  /** What was asked, as the message begins: `the draft of v1.0.0`. */
  readonly what: string
  /** Host of the API. */
  readonly host: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** GitHub's own words, fit to be shown. */
  readonly words: string
}

const outageHint =
  'Run it again once GitHub is back; the input `deadline` says how long an outage is waited out.'

/** Transient for a limit that was met, with its time: nothing was done. Undefined for anything else. */
export function limitIn(answer: RefusedAnswer, now: Date): Transient | undefined {
  const wait = waitOfLimit(answer, now)
  if (wait === undefined) return undefined
  const hint = 'Run it again later; the input `deadline` says how long a limit is waited out.'
  return new Transient(new Failure('GITHUB_REFUSED', messageOf(answer), { hint }), wait)
}

/** NETWORK_FAILED for an answer that says nothing about what was asked (5xx); undefined for one that does. */
export function outageIn(answer: RefusedAnswer): Failure | undefined {
  const { status } = answer
  const passes = status === 408 || status === 425 || status >= 500
  return passes ? new Failure('NETWORK_FAILED', messageOf(answer), { hint: outageHint }) : undefined
}

/** GITHUB_REFUSED: asking again does not help. The hint names the permission that is missing where GitHub says so. */
export function refusalOf(answer: RefusedAnswer): Failure {
  return new Failure('GITHUB_REFUSED', messageOf(answer), { hint: hintOf(answer) })
}

function messageOf({ what, host, status, words }: RefusedAnswer): string {
  return `${what}: GitHub (${host}) answered ${status}${words === '' ? '' : `: ${words}`}`
}

function hintOf({ status, headers }: RefusedAnswer): string | undefined {
  if (status === 401)
    return 'The token is not valid, or no longer; `github-token` is that of the job unless given.'
  if (status >= 300 && status < 400)
    return 'Was the repository renamed or moved? Use its present name, or run the workflow there.'
  if (status !== 403 && status !== 404) return undefined
  const doubt =
    status === 404 ? 'Is it there, and may the token see it?' : 'Does the token have the permission it needs?'
  return missingIn(headers) ?? doubt
}

/** What GitHub says in headers that the token is short of. */
function missingIn(headers: RefusedAnswer['headers']): string | undefined {
  const sso = /url=(\S+)/.exec(headers['x-github-sso'] ?? '')?.[1]
  if (sso !== undefined)
    return `The organisation wants its single sign-on for this token: authorize it at ${sso}.`
  const permissions = permissionsIn(headers['x-accepted-github-permissions'])
  if (permissions !== undefined)
    return `Add ${permissions} to the permissions of the job; a token of your own needs the same.`
  const scopes = headers['x-accepted-oauth-scopes']?.trim() ?? ''
  return scopes === '' ? undefined : `The token needs one of these scopes: ${scopes}.`
}

/** `contents=write,workflows=write; contents=write` as people write it in a workflow; the least that is enough. */
function permissionsIn(header: string | undefined): string | undefined {
  const ways = (header ?? '')
    .split(';')
    .map(way =>
      way.split(',').flatMap(each => /^\s*(\w+)=(\w+)\s*$/.exec(each)?.slice(1, 3).join(': ') ?? []),
    )
    .filter(way => way.length > 0)
    .sort((one, other) => one.length - other.length)
  return ways[0]?.map(each => `\`${each.replaceAll('_', '-')}\``).join(' and ')
}
