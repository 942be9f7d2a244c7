import { openGithub } from '../github/rest.ts'
import { checkTag } from './check-tag.ts'
import { collectAssets } from './collect-assets.ts'
import { completePublished } from './complete-published.ts'
import { findReleases, type FoundReleases } from './find-releases.ts'
import { readTag } from './git-tag.ts'
import type { GithubRelease } from './github-release.ts'
import type { LocalAsset } from './local-asset.ts'
import { mendAssets } from './mend-assets.ts'
import { blockFrame, makeBlock, type Block } from './notes-block.ts'
import { notesOf } from './notes.ts'
import { openDraft, type DraftWish } from './open-draft.ts'
import { generatedNotes, isLatest, previousOf, readItsRecord } from './previous-release.ts'
import { publishDraft } from './publish-draft.ts'
import { repositoryPath, type ReleaseRoom } from './room.ts'
import type { ReleaseWish } from './wish.ts'

export interface MadeRelease {
  readonly release: GithubRelease
  readonly assets: readonly LocalAsset[]
  /** `made` from nothing or from a draft; `completed` after it was published; `unchanged` when all was there. */
  readonly outcome: 'made' | 'completed' | 'unchanged'
  /** Commit that the tag names. */
  readonly commit: string
  /** The room it was made in, for what follows it. */
  readonly room: ReleaseRoom
}

/**
 * A release of what was built: a draft first, then its assets, then the publication, so that it works where published releases
 * are immutable. Run again it completes what is there. Fails with RELEASE_FAILED, GITHUB_REFUSED or NETWORK_FAILED; nothing is
 * public then but what was.
 */
export async function makeRelease(wish: ReleaseWish, ports: ReleaseRoom['ports']): Promise<MadeRelease> {
  const { tag, commit } = wish
  const github = openGithub({ api: wish.api, token: wish.token }, ports)
  const room: ReleaseRoom = { github, path: repositoryPath(wish.repository), ports }
  const [wanted, found, gitTag] = await Promise.all([
    collectAssets(wish),
    findReleases(tag, room),
    readTag(tag, room),
  ])
  checkTag(wish, gitTag)
  const done = (release: GithubRelease, outcome: MadeRelease['outcome']): MadeRelease => ({
    release,
    outcome,
    room,
    assets: wanted,
    commit: gitTag?.commit ?? commit ?? '',
  })
  const previous = previousOf(tag, found.others)
  const { published } = found
  if (published !== undefined) {
    const block = await blockOf(wish, { wanted, previous }, room)
    const draftWish = { wish, block, isTagged: true, notes: async () => wish.notes ?? '' }
    const { release, outcome } = await completePublished({ release: published, wanted, draftWish }, room)
    return done(release, outcome)
  }
  const isTagged = gitTag !== undefined
  if (!isTagged)
    ports.log.notice(`the tag ${tag} is not there yet: GitHub makes a plain, unsigned one of ${commit}`)
  const draft = await draftOf({ wish, found, isTagged, wanted, previous }, room)
  const whole = await mendAssets({ ...draft, wanted, sweep: draft.wasOurs }, room)
  if (wish.draft || !whole.draft) return done(whole, 'made')
  const release = await publishDraft({ draft: whole, isLatest: isLatest(wish, found.others) }, room)
  ports.log.info(`published: ${release.url}`)
  return done(release, 'made')
}

interface DraftFacts extends Pick<DraftWish, 'wish' | 'isTagged'> {
  readonly found: FoundReleases
  readonly wanted: readonly LocalAsset[]
  readonly previous: GithubRelease | undefined
}

async function draftOf({ wish, found, isTagged, wanted, previous }: DraftFacts, room: ReleaseRoom) {
  const generate = (): Promise<string> =>
    generatedNotes(
      { tag: wish.tag, commit: isTagged ? undefined : wish.commit, previous: previous?.tag },
      room,
    )
  const isNew = found.drafts.every(({ body }) => body.trim() === '')
  // Asked for beside the older record, where they will be needed.
  const early = isNew && wish.notes === undefined ? generate() : undefined
  const [block, text] = await Promise.all([blockOf(wish, { wanted, previous }, room), early])
  const notes = async (): Promise<string> => wish.notes ?? text ?? generate()
  return openDraft({ wish, drafts: found.drafts, notes, block, isTagged }, room)
}

async function blockOf(
  wish: ReleaseWish,
  { wanted, previous }: Pick<DraftFacts, 'wanted' | 'previous'>,
  room: ReleaseRoom,
): Promise<Block> {
  const facts = {
    released: wish.released,
    previous: previous && { tag: previous.tag, record: await readItsRecord(previous, room) },
    downloads: `${wish.server}/${wish.repository}/releases/download/${encodeURIComponent(wish.tag)}`,
    assets: wanted.map(({ name }) => name),
  }
  return most => makeBlock(notesOf({ ...facts, most: most - blockFrame }), wish.writer)
}
