import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { isNewer, type ImageAge } from './image-age.ts'
import { isFullVersion } from './tag-version.ts'

/** An image that a tag names, or shall name. */
export interface TaggedImage {
  readonly digest: Digest
  readonly age: ImageAge
}

export interface TagQuestion {
  readonly tag: string
  /** Undefined when there is no such tag. */
  readonly shown: TaggedImage | undefined
  readonly ours: TaggedImage
  /** Whether tags may be moved that otherwise may not. */
  readonly allowRetag: boolean
}

/** `there`: nothing is to be done; `refused`: it names another image for ever; `newer`: it names the image of a newer commit; `later`: another writer set it after us. */
export type TagVerdict = 'there' | 'move' | 'refused' | 'newer' | 'later'

/** What is to be done with a tag, by what it shows before we wrote; pure. */
export function judgeTag({ tag, shown, ours, allowRetag }: TagQuestion): TagVerdict {
  if (shown === undefined) return 'move'
  if (shown.digest === ours.digest) return 'there'
  if (allowRetag) return 'move'
  if (isFullVersion(tag)) return 'refused'
  return isNewer(shown.age, ours.age) ? 'newer' : 'move'
}

/**
 * The same after we wrote, when another image is shown: somebody else wrote after us. An older run's is replaced again; one that
 * is neither surely older nor surely newer is left, so that two runs never fight; pure.
 */
export function judgeOverwritten({ tag, shown, ours, allowRetag }: TagQuestion): TagVerdict {
  if (shown === undefined) return 'move'
  if (shown.digest === ours.digest) return 'there'
  if (isFullVersion(tag) && !allowRetag) return 'refused'
  if (isNewer(ours.age, shown.age)) return 'move'
  return isNewer(shown.age, ours.age) ? 'newer' : 'later'
}

/** The failure for a tag that is not moved; `name` is the tag with its repository. */
export function retagRefused(name: string, old: Digest, ours: Digest): Failure {
  return new Failure(
    'TAG_REFUSED',
    `${name} is ${old} and is not moved to ${ours}: a tag that looks like a full version names one image for ever`,
    {
      hint: 'Raise the version (or the epoch of the package), or leave that tag out. Where it has to be moved all the same, set "allow-retag: true".',
    },
  )
}
