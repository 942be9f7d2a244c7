import type { ImageOfRecord, PushedOfRecord } from '../domain/build-record.ts'
import type { Failure } from '../domain/failure.ts'
import type { Outcome } from '../domain/outcome.ts'
import { formatReference } from '../oci/reference.ts'
import type { TagOptions, TagsDone } from '../oci/settle-run.ts'
import type { LeftTag } from '../oci/settle-tag.ts'
import { moveTags } from '../oci/tag.ts'
import type { World } from '../ports.ts'
import type { Destination } from './destination.ts'
import { newPackageNotice } from './new-package.ts'
import { tagRequests, type AgeOfRun, type PushedImage, type PushedPlace } from './publish.ts'

/**
 * Sets the tags of all images in all their repositories, the last thing that happens to them; where they are there already nothing
 * is done. Answers what came of each image, in their order. Fails, before any tag is set, when one may not be.
 */
export async function tagImages(
  images: readonly PushedImage[],
  { options, age }: { options: TagOptions; age: AgeOfRun },
  world: World,
): Promise<readonly Outcome<PushedImage>[]> {
  const due = images.map(({ made, places }) => ({
    made,
    places: places.filter(({ pushed }) => !pushed.unchanged),
  }))
  const requests = await Promise.all(
    due.map(({ made, places }) =>
      tagRequests({ made, destinations: places.map(({ destination }) => destination), age }, world),
    ),
  )
  const outcomes = await moveTags(requests.flat(), options, world)
  const ends = new Map(due.flatMap(({ places }) => places).map((place, at) => [place, outcomes[at]] as const))
  return images.map(({ made, places: all }) => {
    const failures: Failure[] = []
    const done = all.map(place => {
      const end = ends.get(place)
      if (end === undefined) return place
      if ('value' in end) return { ...place, pushed: taggedRecord(place, end.value, world) }
      failures.push(...end.failures)
      return place
    })
    return failures.length > 0 ? { failures } : { value: { made, places: done } }
  })
}

/** What the record tells of where an image is. */
export function pushedRecord(
  places: readonly PushedPlace[],
  newPackages: ReadonlySet<string>,
): Pick<ImageOfRecord, 'pushed' | 'copies'> {
  const [pushed, ...copies] = places.map(({ pushed: each }) =>
    newPackages.has(each.repository) ? { ...each, created: true as const } : each,
  )
  return { ...(pushed === undefined ? {} : { pushed }), ...(copies.length === 0 ? {} : { copies }) }
}

/** Says of each package that is new that it is private, and where that is changed. */
export function tellNew(
  images: readonly PushedImage[],
  newPackages: ReadonlySet<string>,
  { log, context }: Pick<World, 'log' | 'context'>,
): void {
  for (const { destination, pushed } of images.flatMap(({ places }) => places)) {
    if (newPackages.has(pushed.repository)) log.notice(newPackageNotice(destination.repository, context))
  }
}

/** Says which tags were left to other images, and answers them as the record has them. */
export function tellLeft(
  left: readonly LeftTag[],
  { repository }: Pick<Destination, 'repository'>,
  { log }: Pick<World, 'log'>,
): NonNullable<PushedOfRecord['left']> {
  for (const { kind, tag, shown } of left) {
    const name = formatReference({ ...repository, tag })
    if (kind === 'newer') log.notice(`${name} stays at ${shown.digest}, the image of ${commitOf(shown)}`)
    else
      log.warning(
        `${name} was set to ${shown.digest} by another run after this one had set it; it is left there`,
      )
  }
  return left.map(({ tag, shown }) => ({ tag, digest: shown.digest }))
}

function taggedRecord(
  { destination, pushed }: PushedPlace,
  { named, left }: TagsDone,
  world: World,
): PushedOfRecord {
  const told = tellLeft(left, destination, world)
  return { ...pushed, tags: named, ...(told.length === 0 ? {} : { left: told }) }
}

function commitOf({ age: { created, revision } }: LeftTag['shown']): string {
  const time = created === undefined ? '' : ` of ${new Date(created).toISOString()}`
  return `a newer commit (${revision?.slice(0, 12) ?? 'unnamed'}${time})`
}
