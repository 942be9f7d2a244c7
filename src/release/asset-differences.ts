import { noEarlier, type EarlierAssets } from './earlier-assets.ts'
import type { GithubAsset } from './github-release.ts'
import type { LocalAsset } from './local-asset.ts'

/** What a release has against what it shall have; pure. */
export interface AssetDifferences {
  readonly missing: readonly LocalAsset[]
  /** There under the name, but broken off, truncated or other bytes. */
  readonly wrong: readonly { readonly asset: LocalAsset; readonly found: GithubAsset }[]
  /** Not wanted, and just as an earlier run of ours put it there. */
  readonly leftover: readonly GithubAsset[]
  /** Not wanted and not ours: somebody put them there. */
  readonly foreign: readonly GithubAsset[]
}

export function compareAssets(
  wanted: readonly LocalAsset[],
  present: readonly GithubAsset[],
  earlier: EarlierAssets = noEarlier,
): AssetDifferences {
  const byName = new Map(present.map(asset => [asset.name, asset]))
  const names = new Set(wanted.map(({ name }) => name))
  const others = present.filter(({ name }) => !names.has(name))
  const isOurs = ({ name, digest }: GithubAsset): boolean => {
    const sha256 = earlier.get(name)
    return sha256 !== undefined && (digest ?? `sha256:${sha256}`) === `sha256:${sha256}`
  }
  return {
    missing: wanted.filter(({ name }) => !byName.has(name)),
    wrong: wanted.flatMap(asset => {
      const found = byName.get(asset.name)
      return found === undefined || isSame(asset, found) ? [] : [{ asset, found }]
    }),
    leftover: others.filter(isOurs),
    foreign: others.filter(each => !isOurs(each)),
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
