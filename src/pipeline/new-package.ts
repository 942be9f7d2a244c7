import { Failure } from '../domain/failure.ts'
import type { RunContext } from '../domain/run-context.ts'
import { Transient } from '../domain/transient.ts'
import { urlOf } from '../oci/access.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import type { Destination } from './destination.ts'

/** GitHub Packages' registry for images. */
const githubRegistry = 'ghcr.io'

/**
 * Whether a repository is a package on GitHub that does not exist yet: its list of tags is unknown. What can't be told is not new,
 * and nothing fails here: the push tells what is wrong.
 */
export async function isNewPackage({
  repository,
  session,
}: Pick<Destination, 'repository' | 'session'>): Promise<boolean> {
  if (repository.registry !== githubRegistry) return false
  const request = { method: 'GET', url: urlOf(session.access, 'tags/list?n=1') } as const
  try {
    const response = await session.send(request)
    response.body.resume()
    return response.status === 404
  } catch (error) {
    if (error instanceof Failure || error instanceof Transient) return false
    throw error
  }
}

/** What to know of a package that was new: it is private, and where that is changed. */
export function newPackageNotice(
  repository: ImageRepository,
  { server = 'https://github.com', repository: source, ownerKind }: RunContext,
): string {
  return [
    `${formatRepository(repository)} is a new package, and new packages are private: nobody else can pull it.`,
    `Where it shall be public, change its visibility at the end of ${settingsUrl(repository, { server, source, ownerKind })}`,
  ].join(' ')
}

function settingsUrl(
  { path }: ImageRepository,
  {
    server,
    source,
    ownerKind,
  }: { server: string; source: string | undefined; ownerKind: RunContext['ownerKind'] },
): string {
  const [owner = '', ...name] = path.split('/')
  const encoded = encodeURIComponent(name.join('/'))
  const isOwn = source?.split('/')[0]?.toLowerCase() === owner
  if (isOwn && ownerKind !== undefined) {
    const place = ownerKind === 'organization' ? 'orgs' : 'users'
    return `${server}/${place}/${owner}/packages/container/${encoded}/settings`
  }
  // Of a stranger's it is not known whether they are an organisation: the list of packages is at one address for both.
  return `the package's settings (${server}/${owner}?tab=packages, "Package settings")`
}
