import { describe, expect, it } from 'vitest'
import { Transient } from '../../../src/domain/transient.ts'
import { refusalOf, startsAsGzip } from '../../../src/tools/answer.ts'
import type { Release } from '../../../src/tools/release.ts'

const release: Release = {
  name: 'apko',
  version: '1.2.31',
  platform: 'linux_arm64',
  sha256: 'a'.repeat(64),
  mirror: 'https://mirror.example',
}
const now = new Date('2026-01-02T03:04:05Z')

describe('refusalOf', () => {
  it.each([
    [200, { 'content-type': 'application/octet-stream' }],
    [206, {}],
    [200, {}],
  ])('lets %s pass', (status, headers) => {
    expect(refusalOf({ status, headers }, release, now)).toBeUndefined()
  })

  it.each([
    [
      404,
      /^https:\/\/mirror\.example has no apko 1\.2\.31 for linux\/arm64 \(404\)$/,
      /apko 1\.2\.31 for linux\/amd64;/,
    ],
    [401, /^https:\/\/mirror\.example refuses apko 1\.2\.31 for linux\/arm64 \(401\)$/, /tools-mirror/],
    [403, /refuses .* \(403\)$/, /tools-mirror/],
    [410, /answered 410/, /another mirror/],
    [204, /answered 204/, /another mirror/],
  ])('takes %s for final', (status, message, hint) => {
    const refusal = refusalOf({ status, headers: {} }, release, now)
    expect(refusal).toMatchObject({ name: 'Failure', code: 'DOWNLOAD_FAILED' })
    expect(refusal).toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  it('names neighbours when the catalogue does not know the version', () => {
    const refusal = refusalOf({ status: 404, headers: {} }, { ...release, version: '1.2.38' }, now)
    expect(refusal).toMatchObject({
      hint: 'Check apko-version; the catalogue knows 1.2.37, 1.2.39 (latest).',
    })
  })

  it.each([
    [408, undefined, undefined],
    [416, undefined, undefined],
    [429, '7', 7000],
    [500, 'soon', undefined],
    [503, 'Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    [503, 'Fri, 02 Jan 2026 03:04:00 GMT', 0],
  ])('takes %s with Retry-After %s for passing', (status, header, retryAfter) => {
    const headers = header === undefined ? {} : { 'retry-after': header }
    const refusal = refusalOf({ status, headers }, release, now)
    expect(refusal).toBeInstanceOf(Transient)
    expect(refusal).toMatchObject({ retryAfter, failure: { code: 'DOWNLOAD_FAILED' } })
  })

  it.each(['text/html', 'text/html; charset=utf-8', 'TEXT/HTML'])('takes %s for a login page', type => {
    expect(refusalOf({ status: 200, headers: { 'content-type': type } }, release, now)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('an HTML page instead of the tarball'),
    })
  })
})

describe('startsAsGzip', () => {
  it.each([
    [[0x1f, 0x8b, 8], true],
    [[0x1f], true],
    [[0x1f, 0], false],
    [[0x3c, 0x21], false],
  ])('%j: %s', (bytes, expected) => {
    expect(startsAsGzip(Uint8Array.from(bytes))).toBe(expected)
  })
})
