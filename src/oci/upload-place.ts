import type { Digest } from '../domain/digest.ts'
import { hexOf } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import { placeOf, scopeOf, urlOf } from './access.ts'
import type { ImageRepository } from './reference.ts'
import type { RegistrySession } from './registry-session.ts'

/** An upload that the registry has open for us (distribution spec, pushing blobs). */
export interface UploadPlace {
  /** Where the next request of the upload goes; each answer may name another. */
  readonly url: string
  /** Smallest part that the registry takes, but for the last; 0 when it does not say. */
  readonly leastChunk: number
  readonly scopes: readonly string[]
}

/** Begins an upload; undefined when the registry took the blob over from `mountFrom` instead. */
export async function startUpload(
  session: RegistrySession,
  blob: Descriptor,
  mountFrom?: ImageRepository,
): Promise<UploadPlace | undefined> {
  const { access } = session
  const url = new URL(urlOf(access, 'blobs/uploads/'))
  const scopes = pushScopes(session, mountFrom)
  if (mountFrom !== undefined) {
    url.searchParams.set('mount', blob.digest)
    url.searchParams.set('from', mountFrom.path)
  }
  const response = await session.send({
    method: 'POST',
    url: url.href,
    scopes,
    headers: { 'content-length': '0' },
  })
  if (response.status === 201 && mountFrom !== undefined) {
    response.body.destroy()
    return undefined
  }
  await expectStatus(session, response, { doing: doingOf(session, blob), statuses: [202] })
  const least = Number(response.headers['oci-chunk-min-length'] ?? 0)
  return {
    url: nextUrl(session, response),
    leastChunk: Number.isSafeInteger(least) && least > 0 ? least : 0,
    scopes,
  }
}

/** Scopes of whatever writes to the repository. */
export function pushScopes({ access }: RegistrySession, mountFrom?: ImageRepository): readonly string[] {
  const own = scopeOf(access.repository, 'pull,push')
  return mountFrom === undefined ? [own] : [own, scopeOf(mountFrom, 'pull')]
}

/** Address for the next request of an upload: its Location, which may be relative to what was asked. Fails with REGISTRY_FAILED. */
export function nextUrl({ access }: RegistrySession, response: HttpResponse): string {
  const location = response.headers['location']
  const url = location === undefined ? null : URL.parse(location, response.url)
  if (url !== null) return url.href
  throw new Failure(
    'REGISTRY_FAILED',
    `${access.repository.registry} began an upload without saying where to`,
    {
      hint: `Is ${access.repository.registry} a container registry?`,
    },
  )
}

/** The upload's address for its last request. Its own query, which is the registry's business, stays as it is. */
export function closingUrl(place: UploadPlace, digest: Digest): string {
  const url = new URL(place.url)
  const query = `digest=${encodeURIComponent(digest)}`
  url.search = url.search === '' ? query : `${url.search}&${query}`
  return url.href
}

/**
 * Lets an answer pass that has one of the statuses, and empties it. Throws Transient when trying again may help (also when
 * the registry no longer knows the upload), else the failure.
 */
export async function expectStatus(
  session: RegistrySession,
  response: HttpResponse,
  { doing, statuses }: { readonly doing: string; readonly statuses: readonly number[] },
): Promise<void> {
  if (statuses.includes(response.status)) {
    response.body.resume()
    return
  }
  const refusal = await session.refusal(doing, response, 'push')
  throw refusal instanceof Failure && /: BLOB_UPLOAD_UNKNOWN$|upload/.test('')
    ? new Transient(refusal)
    : refusal
}

/** `push of blob 1a2b3c4d5e6f to ghcr.io/octo/demo` */
export function doingOf({ access }: RegistrySession, blob: Descriptor): string {
  return `push of blob ${shortDigest(blob.digest)} to ${placeOf(access)}`
}

/** The first 12 hex digits, as docker shows them. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12)
}
