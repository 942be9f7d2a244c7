import type { PushedOfRecord } from '../domain/build-record.ts'
import { readDocument } from '../oci/layout-reader.ts'
import { pushImage } from '../oci/push.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import type { TagOptions } from '../oci/settle-run.ts'
import { surveyTags, type TagRequest } from '../oci/tag.ts'
import type { World } from '../ports.ts'
import type { Destination } from './destination.ts'
import type { MadeImage } from './make-images.ts'
import type { Destinations } from './preflight.ts'

/** An image and one repository that it goes to. */
export interface ImagePlace {
  readonly destination: Destination
  /** Whether all its tags name the digest there already. */
  readonly current: boolean
}

/** An image that is to be pushed. */
export interface PlacedImage {
  readonly made: MadeImage
  /** The primary first. */
  readonly places: readonly ImagePlace[]
}

/** An image that is in a registry, with no tag of this run yet. */
export interface PushedPlace {
  readonly destination: Destination
  readonly pushed: PushedOfRecord
}

/** An image that is in all its repositories. */
export interface PushedImage {
  readonly made: MadeImage
  /** The primary first. */
  readonly places: readonly PushedPlace[]
}

/** What the age of an image is taken from where its own annotations do not tell. */
export interface AgeOfRun {
  /** Seconds since 1970. */
  readonly sourceDateEpoch: number | undefined
}

/**
 * Looks where the images go to, side by side, before anything is pushed. Fails with TAG_REFUSED when a tag of any of them may not
 * be moved.
 */
export async function placeImages(
  images: readonly MadeImage[],
  { destinations, options, age }: { destinations: Destinations; options: TagOptions; age: AgeOfRun },
  world: World,
): Promise<readonly PlacedImage[]> {
  const placed = images.map(made => ({ made, all: destinationsOf(made, destinations) }))
  const requests = await Promise.all(
    placed.map(({ made, all }) => tagRequests({ made, destinations: all, age }, world)),
  )
  const current = await surveyTags(requests.flat(), options, world)
  let at = 0
  return placed.map(({ made, all }) => ({
    made,
    places: all.map(destination => ({ destination, current: current[at++] ?? false })),
  }))
}

/**
 * Pushes an image by digest to all its repositories: registries side by side, within one registry one after the other, so that
 * blobs are mounted from the first instead of sent again. Nothing is sent to where all tags name the digest already.
 */
export async function pushPlaced(image: PlacedImage, world: World): Promise<PushedImage> {
  const { made, places } = image
  const pushed = new Map<Destination, PushedOfRecord>()
  const registries = Map.groupBy(places, ({ destination }) => destination.repository.registry)
  const pushAll = async (group: readonly ImagePlace[]): Promise<void> => {
    let mountFrom: ImageRepository | undefined
    for (const place of group) {
      pushed.set(place.destination, await pushTo(made, { ...place, mountFrom }, world))
      mountFrom ??= place.destination.repository
    }
  }
  await Promise.all([...registries.values()].map(pushAll))
  return {
    made,
    places: places.map(({ destination }) => {
      const record = pushed.get(destination)
      if (record === undefined) throw new TypeError(`${made.plan.name} was not pushed everywhere`)
      return { destination, pushed: record }
    }),
  }
}

/** The tags of an image in its repositories. */
export async function tagRequests(
  { made, destinations, age }: { made: MadeImage; destinations: readonly Destination[]; age: AgeOfRun },
  { context }: Pick<World, 'context'>,
): Promise<readonly TagRequest[]> {
  const { sourceDateEpoch } = age
  const { layout, index } = made.built
  const manifest = await readDocument(layout, index)
  return destinations.map(destination => ({
    ...destination,
    digest: index.digest,
    tags: made.plan.tags,
    manifest,
    age: {
      ...(sourceDateEpoch === undefined ? {} : { created: sourceDateEpoch * 1000 }),
      ...(context.commit === undefined ? {} : { revision: context.commit }),
    },
  }))
}

async function pushTo(
  made: MadeImage,
  { destination, current, mountFrom }: ImagePlace & { readonly mountFrom: ImageRepository | undefined },
  world: World,
): Promise<PushedOfRecord> {
  const { layout, index } = made.built
  const { tags } = made.plan
  const repository = formatRepository(destination.repository)
  if (current) {
    world.log.info(`${repository}: ${tags.join(', ')} is ${index.digest} already, nothing is pushed`)
    return { repository, tags, uploaded: 0, skipped: 0, unchanged: true }
  }
  const request = { ...destination, layout, index, ...(mountFrom === undefined ? {} : { mountFrom }) }
  const { uploaded, skipped } = await pushImage(request, world)
  return { repository, tags: [], uploaded, skipped }
}

function destinationsOf({ plan }: MadeImage, destinations: Destinations): readonly Destination[] {
  if (plan.repositories.length === 0) throw new TypeError(`${plan.name} was planned to be pushed nowhere`)
  return plan.repositories.map(repository => {
    const found = destinations.get(formatRepository(repository))
    if (found === undefined) throw new TypeError(`no login was looked for ${plan.name}`)
    return found
  })
}
