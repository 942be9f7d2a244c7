import type { ImageOfRecord } from '../domain/build-record.ts'
import type { Digest } from '../domain/digest.ts'
import { foreseen } from '../domain/outcome.ts'
import { pushImage } from '../oci/push.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import { openRepository } from '../oci/registry-client.ts'
import { moveTags } from '../oci/tag.ts'
import type { Credentials } from '../oci/credentials.ts'
import type { World } from '../ports.ts'
import type { Logins } from './preflight.ts'
import type { MadeImage } from './make-images.ts'

/** Where an image goes, and who we are there. */
export interface Destination {
  readonly repository: ImageRepository
  readonly credentials: Credentials
}

/** An image that is in the registry, with no tag yet. */
export interface PushedImage {
  readonly made: MadeImage
  readonly destination: Destination
  readonly pushed: NonNullable<ImageOfRecord['pushed']>
}

/** Pushes an image by digest, with the login that was found before; nothing is sent when all its tags name that digest already. */
export async function pushMade(made: MadeImage, logins: Logins, world: World): Promise<PushedImage> {
  const { repository, tags } = made.plan
  if (repository === undefined) throw new TypeError(`${made.plan.name} was planned to be pushed nowhere`)
  const credentials = logins.get(formatRepository(repository))
  if (credentials === undefined) throw new TypeError(`no login was looked for ${made.plan.name}`)
  const destination = { repository, credentials }
  const { layout, index } = made.built
  const name = formatRepository(repository)
  if (await isCurrent({ destination, digest: index.digest, tags }, world)) {
    world.log.info(`${name}: ${tags.join(', ')} is ${index.digest} already, nothing is pushed`)
    const pushed = { repository: name, tags, uploaded: 0, skipped: 0, unchanged: true as const }
    return { made, destination, pushed }
  }
  const { uploaded, skipped } = await pushImage({ ...destination, layout, index }, world)
  return { made, destination, pushed: { repository: name, tags: [], uploaded, skipped } }
}

/** Moves the tags of an image, the last thing that happens to it; where they are there already nothing is done. */
export async function tagPushed(image: PushedImage, world: World): Promise<PushedImage> {
  const { made, destination, pushed } = image
  const { tags } = made.plan
  if (pushed.unchanged) return image
  await moveTags({ ...destination, digest: made.built.index.digest, tags }, world)
  return { made, destination, pushed: { ...pushed, tags } }
}

/** Whether every tag names the digest. A registry that does not tell is left to the push, which tells why. */
async function isCurrent(
  { destination, digest, tags }: { destination: Destination; digest: Digest; tags: readonly string[] },
  world: World,
): Promise<boolean> {
  const repository = openRepository(destination, world)
  try {
    for (const tag of tags) {
      const found = await repository.getManifest(tag)
      if (found?.descriptor.digest !== digest) return false
    }
    return tags.length > 0
  } catch (error) {
    foreseen(error)
    return false
  }
}
