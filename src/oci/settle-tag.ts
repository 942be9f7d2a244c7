import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import { ageOf } from './image-age.ts'
import { fetchManifest, mismatch, nameOf, sendManifest, type ManifestBytes } from './manifest-transfer.ts'
import type { RegistrySession } from './registry-session.ts'
import { judgeOverwritten, judgeTag, retagRefused, type TaggedImage } from './tag-verdict.ts'

/** What a tag showed, and when it was asked, milliseconds since 1970. */
export interface TagLook {
  readonly shown: TaggedImage | undefined
  readonly at: number
}

export interface TagSetting {
  readonly tag: string
  readonly manifest: ManifestBytes
  readonly ours: TaggedImage
  readonly allowRetag: boolean
  /** A look that was just taken; a new one is taken when left out. */
  readonly look?: TagLook | undefined
  /** Called as soon as the tag shows our image, before it is looked at once more. */
  readonly onShown?: () => void
}

/** How a tag came out: it names our image, or is left to another. */
export type TagEnd = { readonly kind: 'named' } | LeftTag

export interface LeftTag {
  readonly kind: 'newer' | 'later'
  readonly tag: string
  /** What the tag names instead of our image. */
  readonly shown: TaggedImage
}

const mostStale = 3
const mostLosses = 8
const shortestPause = 300
const longestPause = 5000

/** Asks what a tag names, one try. */
export async function lookAtTag(session: RegistrySession, tag: string): Promise<TagLook> {
  const at = session.ports.clock.now().getTime()
  const found = await fetchManifest(session, tag)
  return { at, shown: found && { digest: found.descriptor.digest, age: ageOf(found) } }
}

/**
 * Sets a tag: compares, writes, and looks again, at once and after twice the time that passed between look and write, so that
 * another run that looked before we wrote has written by then. An older run's image is replaced again; see docs/decisions/0014.
 *
 * Fails with TAG_REFUSED when it is a full version of another image, REGISTRY_MISMATCH when it does not come to show ours,
 * REGISTRY_FAILED when older runs replace it again and again.
 */
export function settleTag(session: RegistrySession, setting: TagSetting): Promise<TagEnd> {
  const { tag, manifest, ours } = setting
  const { clock, patience } = session.ports
  const name = nameOf(session, tag)
  let given = setting.look
  /** What the tag showed when we wrote. */
  let written: { readonly over: Digest | undefined } | undefined
  let pause = 0
  let stale = 0
  let losses = 0

  const isStale = ({ shown }: TagLook): boolean => written !== undefined && shown?.digest === written.over
  const waitForIt = (shown: TaggedImage | undefined): void => {
    stale += 1
    const failure = mismatch(
      session,
      tag,
      shown === undefined ? 'it does not have it' : `it shows ${shown.digest}`,
    )
    // Registries with several copies may need a moment; the last time we write again instead.
    if (stale === mostStale) written = undefined
    if (stale > mostStale) throw failure
    throw new Transient(failure)
  }
  const endOf = ({ shown }: TagLook): TagEnd | undefined => {
    const judge = losses > 0 ? judgeOverwritten : judgeTag
    const verdict = judge({ ...setting, shown })
    if (verdict === 'move') return undefined
    if (verdict === 'there' || shown === undefined) return { kind: 'named' }
    if (verdict === 'refused') throw retagRefused(name, shown.digest, ours.digest)
    return { kind: verdict, tag, shown }
  }

  return patience.retry(`put ${name}`, async () => {
    for (;;) {
      const look = given ?? (await lookAtTag(session, tag))
      given = undefined
      if (look.shown?.digest === ours.digest) {
        if (pause === 0) return { kind: 'named' }
        setting.onShown?.()
        await clock.sleep(pause)
        pause = 0
        continue
      }
      if (isStale(look)) waitForIt(look.shown)
      if (written !== undefined) losses += 1
      if (losses > mostLosses) throw lostForGood(name)
      const end = endOf(look)
      if (end !== undefined) return end
      written = undefined
      pause = shortestPause
      await sendManifest(session, manifest, tag).catch((error: unknown) => {
        throw isImmutable(error, name) ? immutable(error, name) : error
      })
      written = { over: look.shown?.digest }
      pause = Math.min(longestPause, Math.max(pause, 2 * (clock.now().getTime() - look.at)))
    }
  })
}

/** Whether a registry refused a tag because a rule makes tags immutable: each says it in other words, with other statuses. */
function isImmutable(error: unknown, name: string): error is Failure {
  return error instanceof Failure && /immutab|cannot be overwritten/i.test(error.message.replaceAll(name, ''))
}

function immutable({ message }: Failure, name: string): Failure {
  return new Failure('TAG_REFUSED', `${name} is not moved: ${message}`, {
    hint: 'A rule of the registry makes this tag immutable: leave the tag out, or have the rule changed.',
  })
}

function lostForGood(name: string): Failure {
  return new Failure(
    'REGISTRY_FAILED',
    `runs of older commits replaced what was put at ${name}, ${mostLosses + 1} times in a row`,
    {
      hint: 'Let the runs that set this tag wait for one another ("concurrency" in the workflow), then run again.',
    },
  )
}
