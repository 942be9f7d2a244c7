import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import { placeOf, urlOf } from './access.ts'
import { nextPage } from '../domain/link-header.ts'
import { ManifestError } from './manifest.ts'
import { mismatch, typeOf } from './manifest-transfer.ts'
import { manifestLimit, mediaTypes } from './media-type.ts'
import { descriptorsOf, parseReferrersIndex } from './referrers-index.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import type { RegistrySession } from './registry-session.ts'
import { shortDigest } from './upload-place.ts'

export interface ReferrersQuery {
  /** Digest of the subject. */
  readonly digest: Digest
  /** Those of one type; all when left out. */
  readonly artifactType?: string | undefined
}

/** What the referrers API lists. */
export interface ListedReferrers {
  readonly entries: readonly Descriptor[]
  /** Whether the registry left out those of other types. */
  readonly filtered: boolean
}

const mostPages = 1000

/** Asks the referrers API, all pages (distribution spec v1.1, listing referrers); undefined when the registry has none. Repeats while that may help. */
export function askReferrers(
  session: RegistrySession,
  query: ReferrersQuery,
): Promise<ListedReferrers | undefined> {
  return session.ports.patience.retry(doingOf(session, query), () => fetchReferrers(session, query))
}

/** Waits until the referrers API lists all digests. Fails with REGISTRY_MISMATCH when it does not come to. */
export function awaitListed(
  session: RegistrySession,
  digest: Digest,
  wanted: readonly Digest[],
): Promise<void> {
  return session.ports.patience.retry(doingOf(session, { digest }), async () => {
    const listed = await fetchReferrers(session, { digest })
    const found = new Set(listed?.entries.map(each => each.digest))
    const missing = wanted.filter(each => !found.has(each))
    if (missing.length === 0) return
    const what = `it does not list ${missing.join(', ')} among what refers to it`
    throw new Transient(mismatch(session, digest, what))
  })
}

async function fetchReferrers(
  session: RegistrySession,
  query: ReferrersQuery,
): Promise<ListedReferrers | undefined> {
  const { digest, artifactType } = query
  const first = new URL(urlOf(session.access, `referrers/${digest}`))
  if (artifactType !== undefined) first.searchParams.set('artifactType', artifactType)
  const entries: Descriptor[] = []
  let filtered = artifactType !== undefined
  let url: string | undefined = first.href
  for (let page = 0; url !== undefined; page += 1) {
    if (page === mostPages) throw broken(session, query, `it has more than ${mostPages} pages`)
    const response: HttpResponse = await session.send({
      method: 'GET',
      url,
      headers: { accept: mediaTypes.index },
    })
    if (page === 0 && (await isMissing(response))) return undefined
    if (response.status !== 200) throw await session.refusal(doingOf(session, query), response)
    entries.push(...(await entriesIn(session, query, response)))
    filtered &&= /\bartifactType\b/i.test(response.headers['oci-filters-applied'] ?? '')
    const next = nextPage(response.headers['link'])
    url = next === undefined ? undefined : URL.parse(next, response.url)?.href
  }
  return { entries, filtered }
}

/** Registries without the API answer 404, as they should, or what they have for addresses that they don't know. */
async function isMissing(response: HttpResponse): Promise<boolean> {
  const missing =
    [400, 404, 405, 406, 501].includes(response.status) ||
    (response.status === 200 && typeOf(response) !== mediaTypes.index)
  if (missing) await readAtMost(response.body, 64 * 1024)
  return missing
}

async function entriesIn(
  session: RegistrySession,
  query: ReferrersQuery,
  response: HttpResponse,
): Promise<readonly Descriptor[]> {
  const bytes = await readAtMost(response.body, manifestLimit)
  try {
    return descriptorsOf(parseReferrersIndex(bytes, typeOf(response)))
  } catch (error) {
    throw error instanceof ManifestError ? broken(session, query, error.message) : error
  }
}

function doingOf({ access }: RegistrySession, { digest }: ReferrersQuery): string {
  return `list what refers to ${placeOf(access)}@${shortDigest(digest)}`
}

function broken(session: RegistrySession, query: ReferrersQuery, what: string): Failure {
  const { registry } = session.access.repository
  return new Failure('REGISTRY_FAILED', `${doingOf(session, query)}: the answer is broken: ${what}`, {
    hint: `Is a proxy between here and ${registry}? Its own log may say why.`,
  })
}
