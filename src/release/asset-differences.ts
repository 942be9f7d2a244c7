import { isOurName } from './asset-name.ts'
import type { GithubAsset } from './github-release.ts'
import type { LocalAsset } from './local-asset.ts'

/** What a release has against what it shall have; pure. */
export interface AssetDifferences {
  readonly missing: readonly LocalAsset[]
  /** There under the name, but broken off, truncated or other bytes. */
  readonly wrong: readonly { readonly asset: LocalAsset; readonly found: GithubAsset }[]
  /** Not wanted, and of names that we give: left by an earlier run. */
  readonly leftover: readonly GithubAsset[]
  /** Not wanted and not ours: somebody put them there. */
  readonly foreign: readonly GithubAsset[]
}

export function compareAssets(
  wanted: readonly LocalAsset[],
  present: readonly GithubAsset[],
): AssetDifferences {
  const byName = new Map(present.map(asset => [asset.name, asset]))
  const names = new Set(wanted.map(({ name }) => name))
  const others = present.filter(({ name }) => !names.has(name))
  return {
    missing: wanted.filter(({ name }) => !byName.has(name)),
    wrong: wanted.flatMap(asset => {
      const found = byName.get(asset.name)
      return found === undefined || isSame(asset, found) ? [] : [{ asset, found }]
    }),
    leftover: others.filter(({ name }) => isOurName(name)),
    foreign: others.filter(({ name }) => !isOurName(name)),
  }
}

/** Whether an asset is whole and has these bytes. Where the server computes no digest, the size has to do. */
export function isSame(wanted: LocalAsset, { state, size, digest }: GithubAsset): boolean {
  return (
    state === 'uploaded' &&
    size === wanted.size &&
    (digest ?? `sha256:${wanted.sha256}`) === `sha256:${wanted.sha256}`
  )
}
