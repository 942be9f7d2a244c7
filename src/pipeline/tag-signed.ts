import type { Digest } from '../domain/digest.ts'
import type { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { formatRepository } from '../oci/reference.ts'
import { moveTags, surveyTags } from '../oci/tag.ts'
import type { World } from '../ports.ts'
import type { Destination } from './destination.ts'
import type { PushedPlace } from './publish.ts'
import { tellLeft } from './tag-images.ts'

/** What an image that was pushed before shall be called. */
export interface SignedTagging {
  readonly digest: Digest
  readonly tags: readonly string[]
  readonly allowRetag: boolean
}

/** Looks whether the tags may be moved, before anything is signed. Fails with TAG_REFUSED. */
export async function checkSignedTags(
  destinations: readonly Destination[],
  { digest, tags, allowRetag }: SignedTagging,
  world: World,
): Promise<void> {
  if (tags.length === 0) return
  const requests = destinations.map(destination => ({ ...destination, digest, tags }))
  await surveyTags(requests, { allowRetag }, world)
}

/** Sets the tags, if any, of an image in all its repositories. Fails as `moveTags` does. */
export async function tagSigned(
  destinations: readonly Destination[],
  { digest, tags, allowRetag }: SignedTagging,
  world: World,
): Promise<readonly PushedPlace[]> {
  if (tags.length === 0) return destinations.map(each => ({ destination: each, pushed: untagged(each) }))
  const requests = destinations.map(destination => ({ ...destination, digest, tags }))
  const outcomes = await moveTags(requests, { allowRetag }, world)
  const failures: Failure[] = []
  const places = destinations.map((destination, at) => {
    const outcome = outcomes[at]
    if (outcome !== undefined && 'failures' in outcome) failures.push(...outcome.failures)
    const { named, left } =
      outcome !== undefined && 'value' in outcome ? outcome.value : { named: [], left: [] }
    const told = tellLeft(left, destination, world)
    return {
      destination,
      pushed: { ...untagged(destination), tags: named, ...(told.length > 0 ? { left: told } : {}) },
    }
  })
  throwIfAny(failures)
  return places
}

/** What the record tells of an image that was there before and got no tag. */
function untagged({ repository }: Destination): PushedPlace['pushed'] {
  return { repository: formatRepository(repository), tags: [], uploaded: 0, skipped: 0 }
}
