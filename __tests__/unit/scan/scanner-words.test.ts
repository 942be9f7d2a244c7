import { describe, expect, it } from 'vitest'
import { ageOf } from '../../../src/scan/database-age.ts'
import { lastWords } from '../../../src/scan/run-scanner.ts'
import { listingUrl } from '../../../src/scan/grype-listing.ts'

describe('the last words of a scanner', () => {
  it.each([
    ['[0000] ERROR \u001B[31mdatabase does not exist\u001B[0m\n', '', 'database does not exist'],
    ['[0001]  WARN odd\n[0002] ERROR bad\n[0003]  INFO bye\n', '', 'bad'],
    ['2026-11-24T10:00:00Z\tFATAL\tFatal error\trun error: gone\n', '', 'Fatal error run error: gone'],
    [
      '2026-11-24T10:00:00Z\tFATAL\tFatal error\t1 error occurred:\n\t* Get "https://x": dial tcp: no such host\n\n\n',
      '',
      'Fatal error 1 error occurred: * Get "https://x": dial tcp: no such host',
    ],
    ['panic: nil map\n\ngoroutine 1 [running]:\n', '', 'panic: nil map'],
    ['', 'only this\n', 'only this'],
    ['', '', 'it said nothing'],
  ])('%j', (stderr, stdout, words) => expect(lastWords({ stderr, stdout })).toBe(words))
})

describe('the age of a database', () => {
  it.each([
    ['2026-11-24T10:30:00Z', '0 hours'],
    ['2026-11-24T09:59:00Z', '1 hour'],
    ['2026-11-22T11:00:01Z', '47 hours'],
    ['2026-11-21T11:00:00Z', '3 days'],
    ['2026-11-25T11:00:00Z', '0 hours'],
    ['once', 'of unknown age'],
  ])('made %s', (built, age) => expect(ageOf(built, new Date('2026-11-24T11:00:00Z'))).toBe(age))
})

describe("the listing of a mirror of grype's databases", () => {
  it.each([
    ['https://host/db', 'https://host/db/v6/latest.json'],
    ['https://host/db/v6/latest.json', 'https://host/db/v6/latest.json'],
    ['https://host/db?key=1', 'https://host/db/v6/latest.json?key=1'],
    ['https://host/other.json?key=1', 'https://host/other.json?key=1'],
  ])('%s', (mirror, url) => expect(listingUrl(mirror, '6')).toBe(url))
})
