import type { ImageOfRecord } from '../domain/build-record.ts'
import { pushImage } from '../oci/push.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
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

/** Pushes an image by digest, with the login that was found before. */
export async function pushMade(made: MadeImage, logins: Logins, world: World): Promise<PushedImage> {
  const { repository } = made.plan
  if (repository === undefined) throw new TypeError(`${made.plan.name} was planned to be pushed nowhere`)
  const credentials = logins.get(formatRepository(repository))
  if (credentials === undefined) throw new TypeError(`no login was looked for ${made.plan.name}`)
  const destination = { repository, credentials }
  const { layout, index } = made.built
  const { uploaded, skipped } = await pushImage({ ...destination, layout, index }, world)
  return {
    made,
    destination,
    pushed: { repository: formatRepository(repository), tags: [], uploaded, skipped },
  }
}

/** Moves the tags of an image, the last thing that happens to it. */
export async function tagPushed(
  { made, destination, pushed }: PushedImage,
  world: World,
): Promise<PushedImage> {
  const { tags } = made.plan
  await moveTags({ ...destination, digest: made.built.index.digest, tags }, world)
  return { made, destination, pushed: { ...pushed, tags } }
}
