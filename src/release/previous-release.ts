import { foreseen } from '../domain/outcome.ts'
import type { GithubRelease } from './github-release.ts'
import type { ReleaseRoom } from './room.ts'
import { compareVersions, isOlder, isPrerelease, versionOfTag } from './version.ts'
import type { ReleaseWish } from './wish.ts'

/**
 * The release before this one: of the versions below it the highest (for a full release no pre-release), else the one that was
 * published last. Pure.
 */
export function previousOf(tag: string, others: readonly GithubRelease[]): GithubRelease | undefined {
  const version = versionOfTag(tag)
  if (version === undefined) {
    return others.toSorted((one, other) => (one.published < other.published ? 1 : -1))[0]
  }
  const isFull = version.version.prerelease.length === 0
  const below = others
    .flatMap(release => {
      const its = versionOfTag(release.tag)
      return its !== undefined && isOlder(its, version) ? [{ release, its }] : []
    })
    .filter(({ its }) => !isFull || its.version.prerelease.length === 0)
    .sort((one, other) => compareVersions(other.its, one.its))
  return below[0]?.release
}

/**
 * Whether it should be the repository's latest: no pre-release by its version, unless told that it is none, and no published
 * version is higher. Pure.
 */
export function isLatest(
  { tag, prerelease }: Pick<ReleaseWish, 'tag' | 'prerelease'>,
  others: readonly GithubRelease[],
): boolean {
  if (prerelease !== 'false' && isPrerelease(tag)) return false
  const version = versionOfTag(tag)
  if (version === undefined) return true
  return !others.some(release => {
    const its = release.prerelease ? undefined : versionOfTag(release.tag)
    return its !== undefined && isOlder(version, its)
  })
}

/** The record that a release has among its assets; undefined when it has none, or it cannot be had: it is only compared with. */
export async function readItsRecord(
  release: GithubRelease,
  { github, ports }: ReleaseRoom,
): Promise<unknown> {
  const asset = release.assets.find(({ name, state }) => name === 'giropops.json' && state === 'uploaded')
  if (asset === undefined) return undefined
  try {
    const { json } = await github.ask({
      what: `giropops.json of ${release.tag}`,
      method: 'GET',
      path: asset.api,
      media: 'application/octet-stream',
    })
    return json
  } catch (error) {
    const [failure] = foreseen(error)
    ports.log.notice(`the packages are not compared with those of ${release.tag}: ${failure?.message}`)
    return undefined
  }
}

/** Notes as GitHub makes them from pull requests since the release before; empty where it does not. */
export async function generatedNotes(
  { tag, commit, previous }: { tag: string; commit: string | undefined; previous: string | undefined },
  { github, path, ports }: ReleaseRoom,
): Promise<string> {
  try {
    const { json } = await github.ask({
      what: `generated notes of ${tag}`,
      method: 'POST',
      path: `${path}/releases/generate-notes`,
      repeatable: true,
      body: {
        tag_name: tag,
        ...(commit === undefined ? {} : { target_commitish: commit }),
        ...(previous === undefined ? {} : { previous_tag_name: previous }),
      },
    })
    const body = typeof json === 'object' && json !== null && 'body' in json ? json.body : ''
    return typeof body === 'string' ? body : ''
  } catch (error) {
    const [failure] = foreseen(error)
    if (failure?.hint?.includes('permissions')) throw error
    ports.log.notice(`the notes are without GitHub's own part: ${failure?.message}`)
    return ''
  }
}
