import { Failure } from '../domain/failure.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'

/** There is no database to scan with. */
export function databaseFailure(message: string, hint: string, cause?: unknown): Failure {
  return new Failure('SCAN_FAILED', message, { hint, cause })
}

/** What an answer without content comes to: SCAN_FAILED, as Transient where trying again may help; undefined for content. */
export function refusedAnswer(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  what: string,
  now: Date,
): Failure | Transient | undefined {
  if (status === 200) return undefined
  const hint =
    status === 404
      ? 'Look at scan-database; below a mirror, the listing is v6/latest.json.'
      : status === 401 || status === 403
        ? 'Check that it may be read without a login, or give a file as scan-database.'
        : 'Run it again later, or give another scan-database: a mirror or a file.'
  const failure = databaseFailure(`${what} answered ${status}`, hint)
  const passes = status === 408 || status === 429 || status >= 500
  return passes ? new Transient(failure, parseRetryAfter(headers['retry-after'], now)) : failure
}

/** An outage on the way to a database, told as what it means here; other errors as they are. */
export function unreachable(error: unknown, what: string): unknown {
  if (!(error instanceof Failure) || error.code !== 'NETWORK_FAILED') return error
  return databaseFailure(
    `${what} cannot be reached: ${error.message}`,
    'Run it again later, let the runner reach it (http_proxy, https_proxy), or give a mirror or a file as scan-database.',
    error,
  )
}

/** A full disk or quota, told as DISK_FULL; other errors as they are. */
export function fullDisk(cause: unknown, folder: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return cause
  return new Failure('DISK_FULL', `no space left in ${folder} for the scanner's database`, {
    hint: 'Make room there, or name another folder in RUNNER_TOOL_CACHE.',
    cause,
  })
}
