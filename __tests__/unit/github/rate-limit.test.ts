import { expect, test } from 'vitest'
import { waitOfLimit } from '../../../src/github/rate-limit.ts'
import { saysTooLarge } from '../../../src/sigstore/github-refusal.ts'

const now = new Date('2026-01-02T03:04:05Z')
const reset = (seconds: number) => String(now.getTime() / 1000 + seconds)

test.for([
  ['a 429 alone', 429, {}, '', 60_000],
  ['Retry-After in seconds', 429, { 'retry-after': '5' }, '', 5_000],
  ['Retry-After as a date', 403, { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, '', 10_000],
  [
    'Retry-After goes before the reset',
    403,
    { 'retry-after': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(50) },
    '',
    5_000,
  ],
  ['the reset', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(50) }, '', 50_000],
  ['a reset that is over', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset(-5) }, '', 0],
  ['a reset that is none', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, '', 60_000],
  ['an empty reset', 429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '' }, '', 60_000],
  ['used up, without a time', 403, { 'x-ratelimit-remaining': '0' }, '', 60_000],
  [
    'a limit that is not used up has no say',
    429,
    { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': reset(50) },
    '',
    60_000,
  ],
  ['words', 403, {}, 'You have exceeded a secondary rate limit', 60_000],
  ['older words', 403, {}, 'You have triggered an abuse detection mechanism', 60_000],
  [
    'not: a permission',
    403,
    { 'x-ratelimit-remaining': '998' },
    'Resource not accessible by integration',
    undefined,
  ],
  ['not: another status', 404, { 'x-ratelimit-remaining': '0' }, 'rate limit', undefined],
  ['not: an outage', 503, { 'retry-after': '5' }, '', undefined],
] as const)('%s', ([, status, headers, words, wait]) => {
  expect(waitOfLimit({ status, headers, words }, now)).toBe(wait)
})

test.for([
  [413, '', true],
  [422, 'bundle is too large', true],
  [422, 'the attestation exceeds the limit of 16 MB', true],
  [422, 'predicate is larger than 16777216 bytes', true],
  [422, 'maximum size is 16 MiB', true],
  [422, 'Validation Failed', false],
  [422, 'Invalid Argument - duplicate subject in statement', false],
  [403, 'too large', false],
  [500, 'too large', false],
] as const)('%d %s: too large is %s', ([status, words, expected]) => {
  expect(saysTooLarge(status, words)).toBe(expected)
})
