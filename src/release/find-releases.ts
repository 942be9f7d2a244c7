import { readList, readRelease, type GithubRelease } from './github-release.ts'
import type { ReleaseRoom } from './room.ts'

/** What GitHub has of releases. */
export interface FoundReleases {
  /** The published one of the tag. */
  readonly published: GithubRelease | undefined
  /** Drafts of the tag, oldest first. GitHub lets a tag have any number of them. */
  readonly drafts: readonly GithubRelease[]
  /** Published ones of other tags, as far as the list was read: the newest hundred at least. */
  readonly others: readonly GithubRelease[]
}

const mostPages = 10

/**
 * Looks for the releases of a tag. GitHub finds a draft by no other way than the list of all; it is read side by side with the
 * question for the tag, and as far as the first draft of the tag (a thousand releases at most).
 */
export async function findReleases(tag: string, room: ReleaseRoom): Promise<FoundReleases> {
  const [published, listed] = await Promise.all([findPublished(tag, room), listUntilDraft(tag, room)])
  const others = listed.filter(each => each.tag !== tag && !each.draft)
  return { published, drafts: draftsOf(tag, listed), others }
}

/** The published release of a tag; undefined when there is none. */
export async function findPublished(
  tag: string,
  { github, path }: ReleaseRoom,
): Promise<GithubRelease | undefined> {
  const answer = await github.ask({
    what: `the release of ${tag}`,
    method: 'GET',
    path: `${path}/releases/tags/${encodeURIComponent(tag)}`,
    accept: [404],
  })
  return answer.status === 404 ? undefined : readRelease(answer.json)
}

/** Drafts of the tag among the newest releases, oldest first. */
export async function findDrafts(
  tag: string,
  { github, path }: ReleaseRoom,
): Promise<readonly GithubRelease[]> {
  const { json } = await github.ask({
    what: 'the list of releases',
    method: 'GET',
    path: `${path}/releases?per_page=100`,
  })
  return draftsOf(tag, readList(json, readRelease))
}

async function listUntilDraft(tag: string, { github, path }: ReleaseRoom): Promise<readonly GithubRelease[]> {
  const releases: GithubRelease[] = []
  let page = 0
  for await (const { json } of github.pages({
    what: 'the list of releases',
    path: `${path}/releases?per_page=100`,
  })) {
    page += 1
    releases.push(...readList(json, readRelease))
    if (page === mostPages || releases.some(each => each.tag === tag)) break
  }
  return releases
}

function draftsOf(tag: string, releases: readonly GithubRelease[]): readonly GithubRelease[] {
  return releases.filter(each => each.tag === tag && each.draft).sort((one, other) => one.id - other.id)
}
