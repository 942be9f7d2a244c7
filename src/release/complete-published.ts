import { Failure } from '../domain/failure.ts'
import { compareAssets, type AssetDifferences } from './asset-differences.ts'
import type { GithubRelease } from './github-release.ts'
import type { LocalAsset } from './local-asset.ts'
import { mendAssets } from './mend-assets.ts'
import { adopt, type DraftWish } from './open-draft.ts'
import { listAssets } from './put-asset.ts'
import type { ReleaseRoom } from './room.ts'

export interface Published {
  readonly release: GithubRelease
  readonly wanted: readonly LocalAsset[]
  readonly draftWish: Omit<DraftWish, 'drafts'>
}

/**
 * A release that is published already, by an earlier run or by a person. With the same content nothing is done. What it lacks is
 * added where it can be; other content is replaced only when told to. Fails with RELEASE_FAILED where it cannot be made right.
 */
export async function completePublished(
  { release, wanted, draftWish }: Published,
  room: ReleaseRoom,
): Promise<{ readonly release: GithubRelease; readonly outcome: 'unchanged' | 'completed' }> {
  const { log } = room.ports
  const { tag, immutable } = release
  const differences = compareAssets(wanted, await listAssets(release, room))
  const { lacking, other, broken } = sorted(differences)
  if (lacking.length + other.length + broken.length === 0) {
    log.info(`the release of ${tag} is published with the same content already, nothing is done`)
    return { release, outcome: 'unchanged' }
  }
  if (immutable) {
    const content = [...lacking.filter(({ role }) => role === 'content'), ...other]
    if (content.length > 0) throw frozen(release, { lacking, other })
    log.notice(`the release of ${tag} is immutable, so it stays without ${namesOf([...lacking, ...broken])}`)
    return { release, outcome: 'unchanged' }
  }
  if (other.length > 0 && !draftWish.wish.replace) throw otherContent(release, other)
  const { look } = await adopt(release, draftWish, room)
  const now = await mendAssets({ release, wanted, sweep: false, look }, room)
  return { release: now, outcome: 'completed' }
}

/** A witness that is whole but other than ours tells of the run that made the release; it is left. */
function sorted({ missing, wrong }: AssetDifferences) {
  const whole = wrong.filter(({ found }) => found.state === 'uploaded')
  return {
    lacking: missing,
    other: whole.filter(({ asset }) => asset.role === 'content').map(({ asset }) => asset),
    broken: wrong.filter(({ found }) => found.state !== 'uploaded').map(({ asset }) => asset),
  }
}

function frozen(
  { tag, url }: GithubRelease,
  { lacking, other }: { readonly lacking: readonly LocalAsset[]; readonly other: readonly LocalAsset[] },
): Failure {
  const what = [
    ...(other.length === 0 ? [] : [`these are of other bytes: ${namesOf(other)}`]),
    ...(lacking.length === 0 ? [] : [`these are not in it: ${namesOf(lacking)}`]),
  ].join('; ')
  return new Failure('RELEASE_FAILED', `the release of ${tag} is published and immutable, and ${what}`, {
    hint: `Releases of this repository cannot be changed once they are published. Start from the push of a tag, not from a release that is published by hand: the draft, its assets and the publication are then made here. This version needs a new tag. The release: ${url}`,
  })
}

function otherContent({ tag, url }: GithubRelease, other: readonly LocalAsset[]): Failure {
  return new Failure(
    'RELEASE_FAILED',
    `the release of ${tag} is published with other bytes: ${namesOf(other)}`,
    {
      hint: `Release under a new tag, or give "replace: true". The same sources make the same packages only with a "signing-key" of your own: without one each run has another. The release: ${url}`,
    },
  )
}

function namesOf(assets: readonly LocalAsset[]): string {
  const names = assets.map(({ name }) => name)
  const more = names.length > 8 ? ` and ${names.length - 8} more` : ''
  return `${names.slice(0, 8).join(', ')}${more}`
}
