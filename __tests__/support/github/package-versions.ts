import type { RegistryStandIn } from '../registry/registry.ts'
import { notFound, paged, refused, type Area, type Call, type Handler, type Site } from './area.ts'
import { simpleUser } from './people.ts'

export interface VersionsOptions {
  /** Where the package's manifests are. */
  readonly registry: RegistryStandIn
  /** `octo/senhas` */
  readonly repository: string
  readonly owner: 'orgs' | 'users'
}

export interface PackageVersions {
  readonly area: Area
  /** Says when a version was last touched; 2026-01-01 unless told. */
  touch(digest: string, time: string): void
  /** Has GitHub answer so to the deletion of a version. */
  protect(digest: string, status: 400 | 404 | 422): void
  /** Deletions that were done, in their order. */
  readonly deleted: readonly string[]
}

/** The versions of one package of images: the manifests that the registry has. */
export function openPackageVersions({ registry, repository, owner }: VersionsOptions): PackageVersions {
  const ids = new Map<string, number>()
  const times = new Map<string, string>()
  const guarded = new Map<string, number>()
  const deleted: string[] = []
  const [name = '', ...rest] = repository.split('/')
  const path = rest.join('/')
  const isOurs = ({ params }: Call): boolean =>
    (params['org'] ?? params['username']) === name && params['package_name'] === path
  const idOf = (digest: string, site: Site): number => {
    const id = ids.get(digest) ?? site.nextId()
    ids.set(digest, id)
    return id
  }
  const versionOf = (digest: string, site: Site): object => {
    const id = idOf(digest, site)
    const time = times.get(digest) ?? '2026-01-01T00:00:00Z'
    const tags = [...registry.tagsOf(repository)].flatMap(([tag, named]) => (named === digest ? [tag] : []))
    const url = `https://api.github.com/${owner}/${name}/packages/container/${encodeURIComponent(path)}`
    return {
      id,
      name: digest,
      url: `${url}/versions/${id}`,
      package_html_url: `https://github.com/${owner}/${name}/packages/container/package/${path}`,
      created_at: time,
      updated_at: time,
      html_url: `https://github.com/${owner}/${name}/packages/container/${path}/${id}`,
      metadata: { package_type: 'container', container: { tags } },
    }
  }
  const whole: Handler = (call, site) =>
    isOurs(call)
      ? {
          status: 200,
          body: {
            id: 1,
            name: path,
            package_type: 'container',
            url: `https://api.github.com/${owner}/${name}/packages/container/${path}`,
            html_url: `https://github.com/${owner}/${name}/packages/container/package/${path}`,
            version_count: registry.digestsOf(repository).length,
            visibility: 'private',
            owner: simpleUser(name),
            created_at: site.now(),
            updated_at: site.now(),
          },
        }
      : notFound
  const list: Handler = (call, site) => {
    const address = `${site.api}/${owner}/${name}/packages/container/${encodeURIComponent(path)}/versions`
    return isOurs(call)
      ? paged(
          registry.digestsOf(repository).map(digest => versionOf(digest, site)),
          call,
          address,
        )
      : notFound
  }
  const remove: Handler = call => {
    const id = Number(call.params['package_version_id'])
    const digest = registry.digestsOf(repository).find(each => ids.get(each) === id)
    if (digest === undefined || !isOurs(call)) return notFound
    const status = guarded.get(digest)
    if (status !== undefined) return refused(status, 'This package version cannot be deleted.')
    registry.removeManifest(repository, digest)
    deleted.push(digest)
    return { status: 204 }
  }
  const nothing: Handler = () => notFound
  const of = (place: string, isHere: boolean): Area => {
    const one = `/${place}/packages/{package_type}/{package_name}`
    return {
      [`GET ${one}`]: isHere ? whole : nothing,
      [`GET ${one}/versions`]: isHere ? list : nothing,
      [`DELETE ${one}/versions/{package_version_id}`]: isHere ? remove : nothing,
    }
  }
  return {
    area: { ...of('orgs/{org}', owner === 'orgs'), ...of('users/{username}', owner === 'users') },
    touch: (digest, time) => void times.set(digest, time),
    protect: (digest, status) => void guarded.set(digest, status),
    deleted,
  }
}
