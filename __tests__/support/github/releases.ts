import { notFound, paged, refused, type Area, type Reply, type Site } from './area.ts'
import type { Git } from './git.ts'
import { assetArea } from './release-assets.ts'
import { releaseBody, type StoredAsset, type StoredRelease } from './release-bodies.ts'

export interface ReleasesOptions {
  readonly git: Git
  /** Whether published releases cannot be changed. */
  readonly immutable?: boolean
}

/** Releases of the repository, with GitHub's manners: drafts by the list only, tags made on publication, immutable ones locked. */
export interface Releases {
  readonly area: Area
  readonly releases: Map<number, StoredRelease>
  readonly assets: Map<number, StoredAsset>
  /** Tags that a release had which was immutable and is deleted. */
  readonly retired: Set<string>
  /** Puts a release there as somebody else's. */
  add(release: Partial<StoredRelease> & Pick<StoredRelease, 'tag'>): StoredRelease
  addAsset(release: StoredRelease, asset: { readonly name: string; readonly bytes: string }): StoredAsset
  /** Names and texts of the assets of a release. */
  contentOf(release: StoredRelease | undefined): Readonly<Record<string, string>>
  /** The one release of a tag; fails when there are several. */
  only(tag: string): StoredRelease
}

export function openReleases({ git, immutable = false }: ReleasesOptions): Releases {
  const releases = new Map<number, StoredRelease>()
  const assets = new Map<number, StoredAsset>()
  const retired = new Set<string>()
  let ids = 0
  const isLocked = (release: StoredRelease): boolean => release.isImmutable && !release.draft
  git.frozen = tag => [...releases.values()].some(each => each.tag === tag && isLocked(each))
  const ofTag = (tag: string): StoredRelease | undefined =>
    [...releases.values()].find(each => each.tag === tag && !each.draft)
  const shown = (release: StoredRelease, site: Site): object =>
    releaseBody(
      release,
      [...assets.values()].filter(each => each.release === release.id),
      site,
    )
  const put = (release: Omit<StoredRelease, 'id'>): StoredRelease => {
    const stored = { ...release, id: (ids += 1) }
    releases.set(stored.id, stored)
    return stored
  }

  /** GitHub's checks before a release becomes public; makes the tag when it is not there. */
  const publish = (release: StoredRelease): Reply | undefined => {
    const invalid = (field: string, code: string, message?: string): Reply =>
      refused(422, 'Validation Failed', [{ resource: 'Release', code, field, ...(message && { message }) }])
    if (retired.has(release.tag))
      return invalid('tag_name', 'custom', 'tag_name was used by an immutable release')
    const other = ofTag(release.tag)
    if (other !== undefined && other.id !== release.id) return invalid('tag_name', 'already_exists')
    if (!git.refs.has(`tags/${release.tag}`)) {
      if ([...git.rules.values()].some(covers => covers.test(release.tag))) {
        const message =
          'pre_receive Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n'
        return invalid('pre_receive', 'custom', message)
      }
      if (!git.hasCommit(release.target)) return invalid('target_commitish', 'invalid')
      git.refs.set(`tags/${release.tag}`, { type: 'commit', sha: release.target })
    }
    Object.assign(release, { draft: false, isImmutable: immutable, published: '2026-01-03T00:00:00Z' })
    return undefined
  }

  const byId = (params: Readonly<Record<string, string>>) => releases.get(Number(params['release_id']))
  const area: Area = {
    ...assetArea({ releases, assets, isLocked }),
    'GET /repos/{owner}/{repo}/releases': (call, site) => {
      const list = [...releases.values()].reverse().map(each => shown(each, site))
      return paged(list, call, `${site.api}/repos/${site.owner}/${site.repo}/releases`)
    },
    'GET /repos/{owner}/{repo}/releases/tags/{tag}': ({ params }, site) => {
      const found = ofTag(params['tag'] ?? '')
      return found === undefined ? notFound : { status: 200, body: shown(found, site) }
    },
    'GET /repos/{owner}/{repo}/releases/{release_id}': ({ params }, site) => {
      const found = byId(params)
      return found === undefined ? notFound : { status: 200, body: shown(found, site) }
    },
    'POST /repos/{owner}/{repo}/releases': ({ body }, site) => {
      const made = put({ ...fieldsOf(body), tag: String(body['tag_name']) })
      const problem = body['draft'] === true ? undefined : publish(made)
      if (problem !== undefined) releases.delete(made.id)
      return problem ?? { status: 201, body: shown(made, site) }
    },
    'PATCH /repos/{owner}/{repo}/releases/{release_id}': ({ params, body }, site) => {
      const release = byId(params)
      if (release === undefined) return notFound
      const { name, body: text, prerelease, target_commitish: target } = body
      Object.assign(release, {
        ...(typeof name === 'string' ? { name } : {}),
        ...(typeof text === 'string' ? { body: text } : {}),
        ...(typeof prerelease === 'boolean' ? { prerelease } : {}),
        ...(typeof target === 'string' ? { target } : {}),
        ...(typeof body['make_latest'] === 'string' ? { makeLatest: body['make_latest'] } : {}),
      })
      const problem = release.draft && body['draft'] === false ? publish(release) : undefined
      return problem ?? { status: 200, body: shown(release, site) }
    },
    'DELETE /repos/{owner}/{repo}/releases/{release_id}': ({ params }) => {
      const release = byId(params)
      if (release === undefined) return notFound
      if (isLocked(release)) retired.add(release.tag)
      releases.delete(release.id)
      return { status: 204 }
    },
    'POST /repos/{owner}/{repo}/releases/generate-notes': ({ body }, { owner, repo }) => {
      const previous = body['previous_tag_name']
      const from = typeof previous === 'string' ? `${previous}...` : ''
      const log = `**Full Changelog**: https://github.com/${owner}/${repo}/compare/${from}${String(body['tag_name'])}`
      return {
        status: 200,
        body: {
          name: String(body['tag_name']),
          body: `## What's Changed\n* Passwords by @octo in #7\n\n${log}`,
        },
      }
    },
  }
  return {
    area,
    releases,
    assets,
    retired,
    add: release => put({ ...blank, isImmutable: immutable && release.draft === false, ...release }),
    addAsset: ({ id: release }, { name, bytes }) => {
      const asset = {
        id: 9000 + assets.size,
        release,
        name,
        bytes: Buffer.from(bytes),
        state: 'uploaded',
      } as const
      assets.set(asset.id, asset)
      return asset
    },
    contentOf: release =>
      Object.fromEntries(
        [...assets.values()]
          .filter(each => each.release === release?.id)
          .map(({ name, bytes }) => [name, bytes.toString('utf8')]),
      ),
    only: tag => {
      const found = [...releases.values()].filter(each => each.tag === tag)
      const [one, ...more] = found
      if (one === undefined || more.length > 0) throw new Error(`${found.length} releases of ${tag}`)
      return one
    },
  }
}

const blank: Omit<StoredRelease, 'id' | 'tag' | 'isImmutable'> = {
  name: null,
  body: null,
  draft: false,
  prerelease: false,
  target: 'main',
  author: 'person',
  published: '2025-12-01T00:00:00Z',
  makeLatest: undefined,
}

function fieldsOf(body: Readonly<Record<string, unknown>>): Omit<StoredRelease, 'id' | 'tag'> {
  const textOf = (name: string): string | null => (typeof body[name] === 'string' ? body[name] : null)
  return {
    name: textOf('name'),
    body: textOf('body'),
    draft: true,
    prerelease: body['prerelease'] === true,
    target: textOf('target_commitish') ?? 'main',
    author: 'github-actions[bot]',
    isImmutable: false,
    published: null,
    makeLatest: undefined,
  }
}
