import type { Digest } from '../domain/digest.ts'
import type { GithubApi } from '../github/rest.ts'
import { getManifest } from '../oci/manifest-transfer.ts'
import type { RegistrySession } from '../oci/registry-session.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import { listTags } from '../oci/tag-list.ts'
import {
  attachedBy,
  linksOf,
  type ManifestLinks,
  type PackageGraph,
  type PackageVersion,
} from './package-graph.ts'
import { listVersions } from './package-versions.ts'

/** Not all of a package is known for sure, so that nothing of it may go. */
export class Doubt extends Error {
  override readonly name = 'Doubt'
  /** Versions that were seen. */
  readonly versions: number

  constructor(message: string, versions: number) {
    super(message)
    this.versions = versions
  }
}

export interface PackagePlace {
  readonly github: GithubApi
  /** Of the package in GitHub's API. */
  readonly path: string
  /** The same in the registry. */
  readonly session: RegistrySession
  /** Where nothing was untouched since then, no manifest is read. */
  readonly before: number
}

const width = 8

/** Reads all versions of a package, and what each leads to, from GitHub and from the registry. Throws Doubt where they disagree, or something cannot be read. */
export async function readPackage({ github, path, session, before }: PackagePlace): Promise<PackageGraph> {
  const [versions, tags] = await Promise.all([listVersions(github, path), listTags(session)])
  if (versions === undefined) throw new Doubt('GitHub lists a version that is no manifest', 0)
  const doubt = (message: string): Doubt => new Doubt(message, versions.length)
  const listed = new Set(versions.flatMap(version => version.tags))
  const unlisted = tags.find(tag => !listed.has(tag))
  if (unlisted !== undefined) throw doubt(`GitHub does not list the tag ${unlisted}, which the registry has`)
  if (new Set(versions.map(({ digest }) => digest)).size < versions.length)
    throw doubt('GitHub lists a version twice')
  const isIdle = ({ tags: own, updated }: PackageVersion): boolean =>
    updated < before && own.every(tag => attachedBy(tag) !== undefined)
  if (!versions.some(isIdle)) return { versions, links: new Map() }
  const links = await sideBySide(
    versions,
    width,
    async ({ digest }): Promise<readonly [Digest, ManifestLinks]> => {
      const found = await getManifest(session, digest)
      if (found === undefined) throw doubt(`the registry does not have ${digest}`)
      const read = linksOf(found.bytes)
      if (read === undefined) throw doubt(`${digest} cannot be read as a manifest`)
      return [digest, read]
    },
  )
  return { versions, links: new Map(links) }
}

/** Whether a package has the very versions and tags that it had. */
export function sameVersions(
  before: readonly PackageVersion[],
  now: readonly PackageVersion[] | undefined,
): boolean {
  const textOf = (versions: readonly PackageVersion[]): string =>
    versions
      .map(({ id, digest, tags, updated }) => JSON.stringify([id, digest, tags.toSorted(), updated]))
      .sort()
      .join('\n')
  return now !== undefined && textOf(before) === textOf(now)
}
