import { hexOf, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import type { HttpResponse } from '../ports.ts'
import { placeOf, scopeOf, urlOf } from './access.ts'
import type { ImageRepository } from './reference.ts'
import type { RegistrySession } from './registry-session.ts'

/** An upload that the registry has open for us (distribution spec v1.1, pushing blobs). */
export interface UploadPlace {
  /** Where the next request of the upload goes; each answer may name another. */
  readonly url: string
  /** Bytes of the smallest part that the registry takes, but for the last; 0 when it does not say. */
  readonly leastChunk: number
}

/** Begins an upload; undefined when the registry took the blob over from `mountFrom` instead. */
export async function startUpload(
  session: RegistrySession,
  blob: Descriptor,
  mountFrom?: ImageRepository,
): Promise<UploadPlace | undefined> {
  const url = new URL(urlOf(session.access, 'blobs/uploads/'))
  if (mountFrom !== undefined) {
    url.searchParams.set('mount', blob.digest)
    url.searchParams.set('from', mountFrom.path)
  }
  const response = await session.send({
    method: 'POST',
    url: url.href,
    moreScopes: mountFrom === undefined ? [] : [scopeOf(mountFrom, 'pull')],
    headers: { 'content-length': '0' },
  })
  const mounted = response.status === 201 && mountFrom !== undefined
  await expectStatus(session, response, { doing: doingOf(session, blob), statuses: mounted ? [201] : [202] })
  const least = Number(response.headers['oci-chunk-min-length'] ?? 0)
  return mounted
    ? undefined
    : { url: nextUrl(session, response), leastChunk: Number.isSafeInteger(least) && least > 0 ? least : 0 }
}

/** Address for the next request of an upload: its Location, which may be relative to what was asked. Fails with REGISTRY_FAILED. */
export function nextUrl({ access }: RegistrySession, response: HttpResponse): string {
  const url = URL.parse(response.headers['location'] ?? '', response.url)
  if (url !== null && response.headers['location'] !== undefined) return url.href
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

/** Lets an answer pass that has one of the statuses, and empties it; throws Transient or Failure for any other. */
export async function expectStatus(
  session: RegistrySession,
  response: HttpResponse,
  { doing, statuses }: { readonly doing: string; readonly statuses: readonly number[] },
): Promise<void> {
  if (!statuses.includes(response.status)) throw await session.refusal(doing, response)
  response.body.resume()
}

/** `push of blob 1a2b3c4d5e6f to ghcr.io/octo/demo` */
export function doingOf({ access }: RegistrySession, blob: Descriptor): string {
  return `push of blob ${shortDigest(blob.digest)} to ${placeOf(access)}`
}

/** The first 12 hex digits, as docker shows them. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12)
}
