import { parseRetryAfter } from '../domain/retry-after.ts'

/** The head of an answer of GitHub's API, with its own words. */
export interface LimitFacts {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly words: string
}

/**
 * Milliseconds to wait when an answer says that too much was asked; undefined when it says something else. GitHub answers
 * 403 as well as 429, and both with or without the times (REST API, "Rate limits", exceeding the rate limit): Retry-After
 * goes first, then the reset of a limit that is used up, else a minute.
 */
export function waitOfLimit({ status, headers, words }: LimitFacts, now: Date): number | undefined {
  const retryAfter = parseRetryAfter(headers['retry-after'], now)
  const isUsedUp = headers['x-ratelimit-remaining']?.trim() === '0'
  const isSaid = /rate limit|abuse detection/i.test(words)
  const isLimit = status === 429 || (status === 403 && (retryAfter !== undefined || isUsedUp || isSaid))
  if (!isLimit) return undefined
  const reset = isUsedUp ? Number(headers['x-ratelimit-reset'] || Number.NaN) : Number.NaN
  const untilReset = Number.isFinite(reset) ? Math.max(0, reset * 1000 - now.getTime()) : undefined
  return retryAfter ?? untilReset ?? 60_000
}
