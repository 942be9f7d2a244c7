import type { Descriptor } from '../domain/image.ts'
import { emptyType } from './artifact.ts'
import { ManifestError, parseManifest, type ImageManifest } from './manifest.ts'
import { getManifest, type ManifestBytes } from './manifest-transfer.ts'
import { askReferrers, type ReferrersQuery } from './referrers-api.ts'
import { readReferrersTag } from './referrers-tag.ts'
import type { RegistrySession } from './registry-session.ts'
import { sideBySide } from './side-by-side.ts'

/** How a registry lets referrers be found: by its API, or by the tag that their writers keep. */
export type Listing = 'api' | 'tag'

/**
 * What refers to a digest, with types and annotations: where a list lacks them, or has the type of a configuration instead,
 * the manifest is looked at. Entries whose manifest is gone are left out. `listing` saves a request when it is known.
 */
export async function listReferrers(
  session: RegistrySession,
  query: ReferrersQuery,
  listing?: Listing,
): Promise<{ readonly entries: readonly Descriptor[]; readonly listing: Listing }> {
  const listed = listing === 'tag' ? undefined : await askApi(session, query)
  const entries = listed ?? (await readReferrersTag(session, query.digest))
  const complete = await sideBySide(entries, 8, entry => completed(session, entry, query.artifactType))
  return {
    listing: listed === undefined ? 'tag' : 'api',
    entries: complete.filter(entry => entry !== undefined),
  }
}

async function askApi(
  session: RegistrySession,
  query: ReferrersQuery,
): Promise<readonly Descriptor[] | undefined> {
  const listed = await askReferrers(session, query)
  // A registry that has the types wrong finds none of them.
  const doubtful = listed?.filtered === true && listed.entries.length === 0
  return (doubtful ? await askReferrers(session, { digest: query.digest }) : listed)?.entries
}

const typesOfConfigurations = new Set([
  emptyType,
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])

/** The entry with what its manifest says, if need be; undefined when it is not wanted, or gone. */
async function completed(
  session: RegistrySession,
  entry: Descriptor,
  wanted: string | undefined,
): Promise<Descriptor | undefined> {
  const { artifactType = emptyType, annotations = {} } = entry
  const isTyped = !typesOfConfigurations.has(artifactType)
  if (isTyped && artifactType !== (wanted ?? artifactType)) return undefined
  if (isTyped && Object.keys(annotations).length > 0) return entry
  const found = await getManifest(session, entry.digest)
  if (found === undefined) return undefined
  const looked = { ...entry, ...sayingOf(found) }
  return looked.artifactType === (wanted ?? looked.artifactType) ? looked : undefined
}

/** What a list should say of a manifest (distribution spec v1.1); nothing for what we can't read. */
function sayingOf(found: ManifestBytes): Pick<Descriptor, 'artifactType' | 'annotations'> {
  const manifest = manifestIn(found)
  if (manifest === undefined) return {}
  const { annotations, artifactType = manifest.config.mediaType } = manifest
  return { artifactType, annotations }
}

/** Undefined for an index and what we can't read: others may attach what they like. */
function manifestIn({ bytes, descriptor }: ManifestBytes): ImageManifest | undefined {
  try {
    const value = parseManifest(bytes, descriptor.mediaType)
    return value.kind === 'manifest' ? value : undefined
  } catch (error) {
    if (error instanceof ManifestError) return undefined
    throw error
  }
}
