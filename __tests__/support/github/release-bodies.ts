import { createHash } from 'node:crypto'
import type { Site } from './area.ts'
import { simpleUser } from './people.ts'

export interface StoredRelease {
  readonly id: number
  readonly tag: string
  name: string | null
  body: string | null
  draft: boolean
  prerelease: boolean
  isImmutable: boolean
  /** `target_commitish` */
  target: string
  readonly author: string
  published: string | null
  makeLatest: string | undefined
}

export interface StoredAsset {
  readonly id: number
  readonly release: number
  readonly name: string
  readonly bytes: Buffer
  readonly state: 'uploaded' | 'starter'
}

export function releaseBody(release: StoredRelease, assets: readonly StoredAsset[], site: Site): object {
  const { api, uploads, pages, owner, repo } = site
  const url = `${api}/repos/${owner}/${repo}/releases/${release.id}`
  const page = release.draft ? `untagged-${release.id}` : release.tag
  return {
    url,
    html_url: `${pages}/${owner}/${repo}/releases/tag/${page}`,
    assets_url: `${url}/assets`,
    upload_url: `${uploads}/repos/${owner}/${repo}/releases/${release.id}/assets{?name,label}`,
    tarball_url: null,
    zipball_url: null,
    id: release.id,
    node_id: `RE_${release.id}`,
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: release.isImmutable,
    created_at: '2026-01-01T00:00:00Z',
    published_at: release.draft ? null : release.published,
    author: simpleUser(release.author),
    assets: assets.map(asset => assetBody(asset, release, site)),
  }
}

export function assetBody(
  asset: StoredAsset,
  release: StoredRelease,
  { api, pages, owner, repo }: Site,
): object {
  const isWhole = asset.state === 'uploaded'
  return {
    url: `${api}/repos/${owner}/${repo}/releases/assets/${asset.id}`,
    id: asset.id,
    node_id: `RA_${asset.id}`,
    name: asset.name,
    label: null,
    uploader: simpleUser('github-actions[bot]'),
    content_type: 'application/octet-stream',
    state: asset.state,
    size: isWhole ? asset.bytes.length : 0,
    digest: isWhole ? `sha256:${createHash('sha256').update(asset.bytes).digest('hex')}` : null,
    download_count: 0,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    browser_download_url: `${pages}/${owner}/${repo}/releases/download/${release.tag}/${asset.name}`,
  }
}
