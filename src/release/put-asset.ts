import { createReadStream } from 'node:fs'
import { Failure } from '../domain/failure.ts'
import { formatSize } from '../domain/size.ts'
import { Transient } from '../domain/transient.ts'
import { saidIn } from '../github/words.ts'
import { isSame } from './asset-differences.ts'
import { readAsset, readList, type GithubAsset, type GithubRelease } from './github-release.ts'
import { mediaTypeOf, type LocalAsset } from './local-asset.ts'
import type { ReleaseRoom } from './room.ts'

export interface Upload {
  readonly release: Pick<GithubRelease, 'id' | 'tag' | 'uploads'>
  readonly asset: LocalAsset
  /** What is under the name, and is to go first. */
  readonly found: GithubAsset | undefined
  /** Fails when the release is not ours any more; asked before something is deleted. */
  readonly mayDelete: () => Promise<unknown>
  readonly signal: AbortSignal
}

/** A minute of silence is no trouble where GitHub still stores what it got. */
const idleTimeout = 180_000

/**
 * Has an asset in the release, whole: sent as a stream, its digest compared with what GitHub says it got. After trouble it is
 * looked at what became of it, and what is broken off or other bytes is deleted before it is sent again.
 */
export async function putAsset(upload: Upload, room: ReleaseRoom): Promise<void> {
  const { release, asset, signal, mayDelete } = upload
  const { github, ports } = room
  let found = upload.found
  await ports.patience.retry(`asset ${asset.name}`, async tries => {
    if (signal.aborted) throw new Failure('CANCELLED', 'another asset failed')
    if (tries > 0) found = await findAsset(release, asset.name, room)
    if (found !== undefined) {
      if (isSame(asset, found)) return
      await mayDelete()
      await deleteAsset(found, room)
      found = undefined
    }
    const answer = await github.ask({
      what: `asset ${asset.name}`,
      method: 'POST',
      path: `${release.uploads}?name=${encodeURIComponent(asset.name)}`,
      body: {
        bytes: () => createReadStream(asset.path),
        contentType: mediaTypeOf(asset.name),
        size: asset.size,
      },
      accept: [422],
      once: true,
      idleTimeout,
    })
    if (answer.status === 422) throw refused(asset, release, saidIn(answer.bytes))
    if (isSame(asset, readAsset(answer.json))) return
    throw new Transient(
      new Failure('RELEASE_FAILED', `asset ${asset.name}: GitHub got other bytes than were sent`, {
        hint: 'Run it again; the asset is replaced then.',
      }),
    )
  })
  ports.log.info(`${asset.name}, ${formatSize(asset.size)}`)
}

/** All assets of a release, also what is left of broken uploads. */
export async function listAssets(
  { id, tag }: Pick<GithubRelease, 'id' | 'tag'>,
  { github, path }: ReleaseRoom,
): Promise<readonly GithubAsset[]> {
  const assets: GithubAsset[] = []
  const pages = github.pages({
    what: `the assets of ${tag}`,
    path: `${path}/releases/${id}/assets?per_page=100`,
  })
  for await (const { json } of pages) assets.push(...readList(json, readAsset))
  return assets
}

export async function deleteAsset(asset: GithubAsset, { github, path }: ReleaseRoom): Promise<void> {
  await github.ask({
    what: `asset ${asset.name}`,
    method: 'DELETE',
    path: `${path}/releases/assets/${asset.id}`,
    accept: [404],
  })
}

async function findAsset(
  release: Upload['release'],
  name: string,
  room: ReleaseRoom,
): Promise<GithubAsset | undefined> {
  return (await listAssets(release, room)).find(each => each.name === name)
}

/** A name that is taken is looked at once more; anything else is GitHub's last word. */
function refused({ name }: LocalAsset, { tag }: Upload['release'], words: string): Failure | Transient {
  const failure = (message: string, hint: string): Failure =>
    new Failure('RELEASE_FAILED', `asset ${name}: ${message}`, { hint })
  if (/already_exists/.test(words))
    return new Transient(failure('GitHub has one of that name already', 'Run it again.'))
  if (/immutable/i.test(words)) {
    return failure(
      `the release of ${tag} was published meanwhile and is immutable`,
      'Nothing can be added to it any more: release under a new tag.',
    )
  }
  return failure(`GitHub answered 422: ${words}`, 'Does GitHub take such a file?')
}
