import { Failure } from '../domain/failure.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import { compareAssets, type AssetDifferences } from './asset-differences.ts'
import { noEarlier, readEarlier } from './earlier-assets.ts'
import type { GithubAsset, GithubRelease } from './github-release.ts'
import type { LocalAsset } from './local-asset.ts'
import { deleteAsset, listAssets, putAsset } from './put-asset.ts'
import type { ReleaseRoom } from './room.ts'

const mostAtOnce = 4
const mostRounds = 3

export interface Mending {
  readonly release: GithubRelease
  readonly wanted: readonly LocalAsset[]
  /** Whether an earlier run of ours wrote it: what that put there and is not wanted any more goes. */
  readonly sweep: boolean
  /** Fails when the release is not ours any more; answers it as it is now. */
  readonly look: () => Promise<GithubRelease>
}

/**
 * Makes the assets of a release what is wanted: four at a time what is missing or wrong, then all is read back and compared.
 * What another run did meanwhile is mended again. Answers the release as it is then; fails with RELEASE_FAILED.
 */
export async function mendAssets(mending: Mending, room: ReleaseRoom): Promise<GithubRelease> {
  const { release, wanted, sweep, look } = mending
  let present = release.assets.length === 0 ? [] : await listAssets(release, room)
  const earlier = sweep ? await readEarlier(present, room) : noEarlier
  for (let round = 0; ; round += 1) {
    const differences = compareAssets(wanted, present, earlier)
    if (round === 0) tell(differences, wanted, room)
    await mend(differences, mending, room)
    const [now, assets] = await Promise.all([look(), listAssets(release, room)])
    const left = compareAssets(wanted, assets)
    if (left.missing.length + left.wrong.length === 0) return now
    if (round === mostRounds - 1) throw notWhole(release, left)
    present = [...assets]
  }
}

async function mend(
  { missing, wrong, leftover }: AssetDifferences,
  { release, look }: Mending,
  room: ReleaseRoom,
): Promise<void> {
  if (leftover.length > 0) {
    await look()
    await sideBySide(leftover, mostAtOnce, each => deleteAsset(each, room))
  }
  const uploads: readonly { readonly asset: LocalAsset; readonly found: GithubAsset | undefined }[] = [
    ...wrong,
    ...missing.map(asset => ({ asset, found: undefined })),
  ]
  // Checksums last: a reader who finds them finds the rest.
  const ordered = uploads.toSorted((one, other) => rank(one.asset) - rank(other.asset))
  await sideBySide(ordered, mostAtOnce, (each, signal) =>
    putAsset({ ...each, release, signal, mayDelete: look }, room),
  )
}

function rank({ name }: LocalAsset): number {
  return name === 'checksums.txt' ? 1 : 0
}

function tell(
  { missing, wrong, leftover, foreign }: AssetDifferences,
  wanted: readonly LocalAsset[],
  { ports: { log } }: ReleaseRoom,
): void {
  const there = wanted.length - missing.length - wrong.length
  if (there > 0) log.info(`${there} of ${wanted.length} assets are there already`)
  for (const { asset, found } of wrong) {
    const what = found.state === 'uploaded' ? 'has other bytes' : 'was broken off'
    log.info(`${asset.name} ${what}, it is replaced`)
  }
  for (const { name } of leftover) log.info(`${name} is of an earlier run, it is removed`)
  const others = foreign.map(({ name }) => name)
  if (others.length > 0) log.notice(`assets of somebody else are left as they are: ${others.join(', ')}`)
}

function notWhole({ tag }: GithubRelease, { missing, wrong }: AssetDifferences): Failure {
  const names = [...missing, ...wrong.map(({ asset }) => asset)].map(({ name }) => name)
  return new Failure(
    'RELEASE_FAILED',
    `the release of ${tag} does not keep its assets: ${names.join(', ')}`,
    {
      hint: 'Does another workflow write the same release? Let one of them do it.',
    },
  )
}
