import type { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import { foreseen, type Outcome } from '../domain/outcome.ts'
import { nameOf, type ManifestBytes } from './manifest-transfer.ts'
import type { PushPorts } from './push.ts'
import type { RegistrySession } from './registry-session.ts'
import { settleTag, type LeftTag, type TagLook } from './settle-tag.ts'
import type { TaggedImage } from './tag-verdict.ts'
import { isFullVersion } from './tag-version.ts'

export interface TagOptions {
  /** Whether full versions of other images, and tags of newer commits, are moved too. */
  readonly allowRetag: boolean
}

/** What was made of the tags of a request. */
export interface TagsDone {
  /** Those that name the digest now, in the order of the request. */
  readonly named: readonly string[]
  /** Those that were left to another image. */
  readonly left: readonly LeftTag[]
}

/** An image in one repository, whose tags may all be set by what they showed. */
export interface TagPlace {
  readonly session: RegistrySession
  readonly manifest: ManifestBytes
  readonly ours: TaggedImage
  /** By tag, all that are to be set. */
  readonly looks: ReadonlyMap<string, TagLook>
}

/** A tag that is being set. `shown` is when it shows our image for the first time. */
interface Setting {
  readonly shown: Promise<void>
  readonly done: Promise<unknown>
}

/** Milliseconds for which a look counts as just taken. */
const fresh = 100

/**
 * Sets the tags of a whole run: full versions in all places, and when all of them are shown the others. Where one of them cannot be
 * set, no other tag is set anywhere. Answers what came of each place, in their order.
 */
export async function settleRun(
  places: readonly TagPlace[],
  options: TagOptions,
  ports: PushPorts,
): Promise<readonly Outcome<TagsDone>[]> {
  const works = places.map(place => openWork(place, options, ports))
  const versions = works.flatMap(({ begin }) => begin(true))
  await Promise.all(versions.map(({ shown, done }) => Promise.race([shown, done])))
  const isStopped = works.some(({ found }) => found.length > 0)
  const others = isStopped ? [] : works.flatMap(({ begin }) => begin(false))
  await Promise.all([...versions, ...others].map(({ done }) => done))
  if (isStopped) for (const work of works) work.tellUnset()
  return works.map(work => {
    try {
      return { value: work.end() }
    } catch (error) {
      return { failures: foreseen(error) }
    }
  })
}

function openWork(place: TagPlace, { allowRetag }: TagOptions, { log, clock }: PushPorts) {
  const { session, manifest, ours, looks } = place
  const tags = [...looks.keys()]
  const found: Failure[] = []
  const begun = new Set<string>()
  const ends = new Map<string, LeftTag | undefined>()
  const setOne = async (tag: string, onShown: () => void): Promise<void> => {
    const look = looks.get(tag)
    const isFresh = look !== undefined && clock.now().getTime() - look.at <= fresh
    const setting = { tag, manifest, ours, allowRetag, onShown, ...(isFresh ? { look } : {}) }
    const end = await settleTag(session, setting)
    ends.set(tag, end.kind === 'named' ? undefined : end)
    if (end.kind === 'named') log.info(`${nameOf(session, tag)} is ${ours.digest}`)
  }
  return {
    /** What failed so far. */
    found,
    begin: (full: boolean): readonly Setting[] =>
      tags
        .filter(tag => isFullVersion(tag) === full)
        .map(tag => {
          begun.add(tag)
          const { promise: shown, resolve } = Promise.withResolvers<void>()
          return { shown, done: collect(found, () => setOne(tag, resolve)) }
        }),
    tellUnset(): void {
      for (const tag of tags.filter(each => !begun.has(each)))
        log.warning(`${nameOf(session, tag)} is not set, since a full version of this run could not be set`)
    },
    /** What was made of it; throws what failed. */
    end(): TagsDone {
      throwIfAny(found)
      return {
        named: tags.filter(tag => ends.has(tag) && ends.get(tag) === undefined),
        left: tags.flatMap(tag => ends.get(tag) ?? []),
      }
    },
  }
}
