import { Failure } from '../domain/failure.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import { knownPlatforms, neighbours } from './catalogue.ts'
import { titleOf, type Release } from './release.ts'

type Head = Pick<HttpResponse, 'status' | 'headers'>

/** What an answer that brings no tarball comes to: DOWNLOAD_FAILED, as Transient where trying again may help; else undefined. */
export function refusalOf(head: Head, release: Release, now: Date): Failure | Transient | undefined {
  const { status, headers } = head
  if (status === 200 || status === 206) {
    return /^text\/html\b/i.test(headers['content-type'] ?? '')
      ? notTarball(release, 'an HTML page')
      : undefined
  }
  const refused = explained(status, release)
  const passes = status === 408 || status === 416 || status === 429 || status >= 500
  return passes ? new Transient(refused, parseRetryAfter(headers['retry-after'], now)) : refused
}

/** The answer's bytes are something else than a gzip file. */
export function notTarball(release: Release, what: string): Failure {
  return new Failure(
    'DOWNLOAD_FAILED',
    `${release.mirror} gave ${what} instead of the tarball of ${titleOf(release)}: a proxy or login page?`,
    { hint: 'Look at tools-mirror and at the proxy in front of it.' },
  )
}

/** Whether a download starts as gzip does (RFC 1952). */
export function startsAsGzip(chunk: Uint8Array): boolean {
  return chunk[0] === 0x1f && (chunk.length < 2 || chunk[1] === 0x8b)
}

function explained(status: number, release: Release): Failure {
  const { mirror, name } = release
  const title = titleOf(release)
  if (status === 404) {
    return new Failure('DOWNLOAD_FAILED', `${mirror} has no ${title} (404)`, { hint: whatIsKnown(release) })
  }
  if (status === 401 || status === 403) {
    return new Failure('DOWNLOAD_FAILED', `${mirror} refuses ${title} (${status})`, {
      hint: `Check that ${mirror} may be read without a login, or set tools-mirror to one that may; a binary can also be given by its path as ${name}-version.`,
    })
  }
  return new Failure('DOWNLOAD_FAILED', `${mirror} answered ${status} for ${title}`, {
    hint: 'Run it again later, or set tools-mirror to another mirror.',
  })
}

function whatIsKnown({ name, version, platform }: Release): string {
  const platforms = knownPlatforms(name, version).map(each => each.replace('_', '/'))
  if (platforms.length > 0) {
    return `The catalogue knows ${name} ${version} for ${platforms.join(', ')}; look whether tools-mirror has it.`
  }
  const near = neighbours(name, version, platform)
  return near === '' ? `Check ${name}-version.` : `Check ${name}-version; the catalogue knows ${near}.`
}
