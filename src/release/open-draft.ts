import { Failure } from '../domain/failure.ts'
import { findDrafts } from './find-releases.ts'
import { readRelease, type GithubRelease } from './github-release.ts'
import { isLater, isSameWriter, withBlock, writerOf, type Block, type Writer } from './notes-block.ts'
import type { ReleaseRoom } from './room.ts'
import { isPrerelease } from './version.ts'
import type { ReleaseWish } from './wish.ts'

/** A draft that this run writes, until a later run takes it over. */
export interface OpenDraft {
  readonly release: GithubRelease
  /** Whether a run of ours wrote it before. */
  readonly wasOurs: boolean
  /** Fails with RELEASE_FAILED when another run has taken it over; answers the release as it is now. */
  readonly look: () => Promise<GithubRelease>
}

export interface DraftWish {
  readonly wish: ReleaseWish
  /** Drafts of the tag that were found, oldest first. */
  readonly drafts: readonly GithubRelease[]
  /** Notes of a new draft around our part of them. */
  readonly notes: () => Promise<string>
  /** Our part of the notes, signed by the writer. */
  readonly block: Block
  /** Whether the tag is there; GitHub makes it of the commit otherwise. */
  readonly isTagged: boolean
}

/** How long another run, which may still be at work, is given to see that its draft was taken over. */
const settling = 5_000

/**
 * The one draft of the tag: one that is there already is completed, a person's as well as what an earlier run left; else it is
 * made. Of two runs that make one at the same time, both go on with the older draft, and then with the run that began later.
 */
export async function openDraft(draftWish: DraftWish, room: ReleaseRoom): Promise<OpenDraft> {
  const { wish, drafts } = draftWish
  const chosen = chooseDraft(drafts)
  const others = drafts.filter(each => each !== chosen)
  if (others.length > 0) {
    const urls = others.map(({ url }) => url).join(', ')
    room.ports.log.notice(
      `${wish.tag} has ${drafts.length} drafts; left as they are, to be looked at by hand: ${urls}`,
    )
  }
  if (chosen !== undefined) return adopt(chosen, draftWish, room)
  const made = await create(draftWish, room)
  const now = await findDrafts(wish.tag, room)
  const oldest = chooseDraft(now) ?? made
  if (oldest.id === made.id) return { ...opened(made, wish.writer, room), wasOurs: false }
  await remove(made, room)
  return adopt(oldest, draftWish, room)
}

/** One that a run of ours wrote, else the oldest. Pure. */
function chooseDraft(drafts: readonly GithubRelease[]): GithubRelease | undefined {
  return drafts.find(({ body }) => writerOf(body) !== undefined) ?? drafts[0]
}

async function create(
  { wish, notes, block, isTagged }: DraftWish,
  { github, path, ports }: ReleaseRoom,
): Promise<GithubRelease> {
  const { tag, name, commit } = wish
  const { json } = await github.ask({
    what: `the draft of ${tag}`,
    method: 'POST',
    path: `${path}/releases`,
    // Made twice, the older one is taken and the other left behind, which `findDrafts` sees to.
    repeatable: true,
    body: {
      tag_name: tag,
      ...(isTagged || commit === undefined ? {} : { target_commitish: commit }),
      name: name ?? tag,
      body: withBlock(await notes(), block),
      draft: true,
      prerelease: wish.prerelease === 'auto' ? isPrerelease(tag) : wish.prerelease === 'true',
    },
  })
  ports.log.info(`draft of ${tag} made`)
  return readRelease(json)
}

/** Signs a release that is there as ours, and waits until a run that wrote it before has seen that. */
export async function adopt(
  draft: GithubRelease,
  { wish, block, notes, isTagged }: Omit<DraftWish, 'drafts'>,
  room: ReleaseRoom,
): Promise<OpenDraft> {
  const { github, path, ports } = room
  const before = writerOf(draft.body)
  if (before !== undefined && isLater(before, wish.writer)) throw takenOver(draft, before)
  const what = draft.draft ? 'a draft' : 'the release'
  const whose = before === undefined ? '' : `, of run ${before.run}`
  ports.log.info(`${what} of ${wish.tag} is there already${whose}; it is completed`)
  const text = draft.body.trim() === '' ? await notes() : draft.body
  await github.ask({
    what: `the release of ${wish.tag}`,
    method: 'PATCH',
    path: `${path}/releases/${draft.id}`,
    body: { body: withBlock(text, block), ...changesBy(wish, draft, isTagged) },
  })
  const isElsewhere = before !== undefined && runOf(before) !== runOf(wish.writer)
  if (isElsewhere) await ports.clock.sleep(settling)
  const draftNow = { ...opened(draft, wish.writer, room), wasOurs: before !== undefined }
  return isElsewhere ? { ...draftNow, release: await draftNow.look() } : draftNow
}

/** What was asked for by name; else a person's own choice stays, but that a draft of a pre-release becomes one. */
function changesBy(wish: ReleaseWish, { draft }: GithubRelease, isTagged: boolean): object {
  const { tag, name, prerelease, commit } = wish
  const isMarked = prerelease === 'auto' ? draft && isPrerelease(tag) : prerelease === 'true'
  return {
    ...(name === undefined ? {} : { name }),
    ...(prerelease === 'auto' && !isMarked ? {} : { prerelease: isMarked }),
    ...(isTagged || commit === undefined ? {} : { target_commitish: commit }),
  }
}

function opened(
  release: GithubRelease,
  writer: Writer,
  { github, path }: ReleaseRoom,
): Omit<OpenDraft, 'wasOurs'> {
  return {
    release,
    look: async () => {
      const answer = await github.ask({
        what: `the release of ${release.tag}`,
        method: 'GET',
        path: `${path}/releases/${release.id}`,
        accept: [404],
      })
      if (answer.status === 404) {
        throw new Failure('RELEASE_FAILED', `the draft of ${release.tag} was deleted meanwhile`, {
          hint: 'Run it again.',
        })
      }
      const now = readRelease(answer.json)
      const author = writerOf(now.body)
      if (author !== undefined && !isSameWriter(author, writer)) throw takenOver(now, author)
      return now
    },
  }
}

async function remove({ id, tag }: GithubRelease, { github, path }: ReleaseRoom): Promise<void> {
  const what = `the second draft of ${tag}`
  await github.ask({ what, method: 'DELETE', path: `${path}/releases/${id}`, accept: [404] })
}

/** The run without its attempt: two attempts are never at work at once. */
function runOf({ run }: Writer): string {
  return run.replace(/\.\d+$/, '')
}

function takenOver({ tag, url }: GithubRelease, { run, started }: Writer): Failure {
  return new Failure(
    'RELEASE_FAILED',
    `the release of ${tag} is written by run ${run}, which began later (${started})`,
    {
      hint: `Nothing is to be done when that run ends well; otherwise run either again. The release: ${url}`,
    },
  )
}
