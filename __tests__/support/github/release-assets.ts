import { notFound, paged, refused, type Area } from './area.ts'
import { assetBody, type StoredAsset, type StoredRelease } from './release-bodies.ts'

export interface AssetShelf {
  readonly releases: ReadonlyMap<number, StoredRelease>
  readonly assets: Map<number, StoredAsset>
  readonly isLocked: (release: StoredRelease) => boolean
}

/** Assets of releases. What a broken upload leaves is there in state `starter`, and in the way of the next one. */
export function assetArea({ releases, assets, isLocked }: AssetShelf): Area {
  const of = (release: StoredRelease): readonly StoredAsset[] =>
    [...assets.values()].filter(each => each.release === release.id)
  return {
    'GET /repos/{owner}/{repo}/releases/{release_id}/assets': (call, site) => {
      const release = releases.get(Number(call.params['release_id']))
      if (release === undefined) return notFound
      const list = of(release).map(each => assetBody(each, release, site))
      return paged(list, call, `${site.api}/repos/${site.owner}/${site.repo}/releases/${release.id}/assets`)
    },
    'POST /repos/{owner}/{repo}/releases/{release_id}/assets': (call, site) => {
      const release = releases.get(Number(call.params['release_id']))
      if (release === undefined) return notFound
      if (isLocked(release)) return refused(422, 'Cannot upload assets to an immutable release.')
      const name = keptName(call.query.get('name') ?? '')
      if (of(release).some(each => each.name === name)) {
        const error = { resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }
        return refused(422, 'Validation Failed', [error])
      }
      const state = call.isCut ? 'starter' : 'uploaded'
      const asset = { id: site.nextId(), release: release.id, name, bytes: call.bytes, state } as const
      assets.set(asset.id, asset)
      return { status: 201, body: assetBody(asset, release, site) }
    },
    'GET /repos/{owner}/{repo}/releases/assets/{asset_id}': ({ params, headers }, site) => {
      const asset = assets.get(Number(params['asset_id']))
      const release = releases.get(asset?.release ?? 0)
      if (asset === undefined || release === undefined) return notFound
      if (headers['accept'] === 'application/octet-stream') return { status: 200, body: asset.bytes }
      return { status: 200, body: assetBody(asset, release, site) }
    },
    'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}': ({ params }) => {
      const asset = assets.get(Number(params['asset_id']))
      const release = releases.get(asset?.release ?? 0)
      if (asset === undefined || release === undefined) return notFound
      if (isLocked(release)) return refused(422, 'Cannot delete asset from an immutable release')
      assets.delete(asset.id)
      return { status: 204 }
    },
  }
}

/** GitHub puts a dot in the place of letters it does not like. */
function keptName(name: string): string {
  return name.replaceAll(/[^\w.+@-]+/g, '.')
}
