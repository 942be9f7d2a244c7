import { expect, it } from 'vitest'
import { parseRetryAfter } from '../../../src/domain/retry-after.ts'

const now = new Date('2026-01-02T03:04:05Z')

it.each([
  [undefined, undefined],
  ['0', 0],
  [' 12 ', 12_000],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
])('reads "%s" as %s', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected)
})
