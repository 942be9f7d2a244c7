import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { blobOf } from './artifact.ts'
import { ManifestError } from './manifest.ts'
import { getManifest, nameOf, type ManifestBytes } from './manifest-transfer.ts'
import { manifestLimit, mediaTypes } from './media-type.ts'
import { withHint, withoutReferrers } from './referrers-failure.ts'
import {
  descriptorsOf,
  mergedIndex,
  missingFrom,
  noReferrers,
  parseReferrersIndex,
  type ReferrersChange,
  type ReferrersIndex,
} from './referrers-index.ts'
import type { RegistrySession } from './registry-session.ts'
import { mergeIntoTag, type SharedTag } from './shared-tag.ts'
import { sideBySide } from './side-by-side.ts'

/** Where referrers are listed by their writers when the registry does not (distribution spec v1.1, referrers tag schema). */
export function referrersTag(subject: Digest): string {
  return subject.replace(':', '-')
}

/** Entries of the tag; none when there is no tag. Fails with REGISTRY_MISMATCH when it is something else. */
export async function readReferrersTag(
  session: RegistrySession,
  subject: Digest,
): Promise<readonly Descriptor[]> {
  const found = await getManifest(session, referrersTag(subject))
  // GitLab takes the tag for the digest, and shows the subject.
  return descriptorsOf(indexIn(session, subject, found?.descriptor.digest === subject ? undefined : found))
}

/**
 * Lists entries at the tag, with what others listed there. Answers how often another writer's list replaced ours. Where the
 * registry refuses a list because manifests in it were removed, their entries are taken out.
 */
export async function addToReferrersTag(
  session: RegistrySession,
  subject: Digest,
  ours: readonly Descriptor[],
): Promise<number> {
  let refusal: unknown
  const refused = (error: unknown): unknown => {
    const failure = withHint(error, withoutReferrers(session.access))
    if (failure !== error) refusal = failure
    return failure
  }
  try {
    return await mergeIntoTag(session, { ...listAt(session, subject, { ours }), refused })
  } catch (error) {
    const gone = error === refusal ? await goneFrom(session, subject) : new Set()
    if (gone.size === 0) throw error
    return mergeIntoTag(session, { ...listAt(session, subject, { ours, gone }), refused })
  }
}

function listAt(
  session: RegistrySession,
  subject: Digest,
  change: ReferrersChange,
): Omit<SharedTag, 'refused'> {
  const tag = referrersTag(subject)
  const seen = new Set<unknown>()
  return {
    tag,
    alias: subject,
    async merge(shown) {
      const index = indexIn(session, subject, shown)
      if (missingFrom(index, change.ours).length === 0) return undefined
      const bytes = mergedIndex(index, { ...change, lost: [...seen] })
      for (const entry of index.entries) seen.add(entry)
      if (bytes.length <= manifestLimit) return blobOf(bytes, mediaTypes.index)
      const what = `would have ${bytes.length} bytes, registries take ${manifestLimit}`
      throw new Failure('REGISTRY_FAILED', `the list of referrers ${nameOf(session, tag)} ${what}`, {
        hint: 'Remove signatures and attestations that are no longer needed.',
      })
    },
  }
}

async function goneFrom(session: RegistrySession, subject: Digest): Promise<ReadonlySet<unknown>> {
  const listed = await readReferrersTag(session, subject)
  const found = await sideBySide(listed, 8, each => getManifest(session, each.digest))
  return new Set(listed.filter((_, at) => found[at] === undefined).map(each => each.digest))
}

function indexIn(
  session: RegistrySession,
  subject: Digest,
  shown: ManifestBytes | undefined,
): ReferrersIndex {
  if (shown === undefined) return noReferrers
  try {
    return parseReferrersIndex(shown.bytes, shown.descriptor.mediaType)
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error
    const name = nameOf(session, referrersTag(subject))
    throw new Failure('REGISTRY_MISMATCH', `${name} is no list of referrers: ${error.message}`, {
      hint: 'That tag is where signatures are listed (distribution spec v1.1); remove what was put there instead.',
    })
  }
}
