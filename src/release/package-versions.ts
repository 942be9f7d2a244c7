import { isDigest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { asObject } from '../domain/json-object.ts'
import type { GithubApi } from '../github/rest.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import type { PackageVersion } from './package-graph.ts'

/** Finds where GitHub's API has a package of images: below an organisation or a user. Fails with GITHUB_REFUSED when it has none. */
export async function findPackage(github: GithubApi, repository: ImageRepository): Promise<string> {
  const [owner = '', ...name] = repository.path.split('/')
  const encoded = `packages/container/${encodeURIComponent(name.join('/'))}`
  for (const path of [`/orgs/${owner}/${encoded}`, `/users/${owner}/${encoded}`]) {
    const what = `the package ${formatRepository(repository)}`
    const answer = await github.ask({ what, method: 'GET', path, accept: [404] })
    if (answer.status === 200) return path
  }
  throw new Failure('GITHUB_REFUSED', `GitHub shows no package ${formatRepository(repository)}`, {
    hint: 'The token needs "packages: write" in the job\'s permissions, and in the package\'s settings, under "Manage Actions access", this repository needs the role Admin.',
  })
}

/** All versions of a package; undefined when one of them is not what we know, so that not all is known. */
export async function listVersions(
  github: GithubApi,
  path: string,
): Promise<readonly PackageVersion[] | undefined> {
  const found: (PackageVersion | undefined)[] = []
  const what = `the versions of ${decodeURIComponent(path.split('/').at(-1) ?? '')}`
  // Of a user GitHub takes no such wishes, and gives pages of its own size.
  const query = path.startsWith('/orgs/') ? '?per_page=100&state=active' : ''
  for await (const { json } of github.pages({ what, path: `${path}/versions${query}` })) {
    if (!Array.isArray(json)) return undefined
    found.push(...json.map(versionIn))
  }
  const versions = found.filter(each => each !== undefined)
  return versions.length === found.length ? versions : undefined
}

function versionIn(value: unknown): PackageVersion | undefined {
  const { id, name, updated_at: time, metadata } = asObject(value) ?? {}
  const tags = asObject(asObject(metadata)?.['container'])?.['tags']
  if (typeof id !== 'number' || typeof name !== 'string' || !isDigest(name)) return undefined
  if (!Array.isArray(tags) || !tags.every(tag => typeof tag === 'string')) return undefined
  return { id, digest: name, tags, updated: typeof time === 'string' ? Date.parse(time) : Number.NaN }
}
