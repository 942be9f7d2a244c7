import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { openGithub, type GithubApi } from '../github/rest.ts'
import type { Credentials } from '../oci/credentials.ts'
import type { PushPorts } from '../oci/push.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import { sessionOf } from '../oci/registry-client.ts'
import { waysOf, type PackageGraph, type PackageVersion } from './package-graph.ts'
import { findPackage, listVersions } from './package-versions.ts'
import { closureOf, decidePrune } from './prune-rule.ts'
import { Doubt, readPackage, sameVersions } from './read-package.ts'

/** What is to be cleaned, and how far. */
export interface PruneWish {
  /** The package on GitHub Packages: `ghcr.io`, `owner/name`. */
  readonly repository: ImageRepository
  /** Login that its manifests are read with. */
  readonly credentials: Credentials
  /** `https://api.github.com` */
  readonly api: string
  /** Token that may list and delete versions of the package. */
  readonly token: string
  /** `dry-run` tells what would be deleted and deletes nothing. */
  readonly mode: 'dry-run' | 'delete'
  /** Versions that were touched within so many days are kept. */
  readonly keepDays: number
}

/** One version that was deleted, or would be. */
export interface PrunedVersion {
  readonly id: number
  readonly digest: Digest
  /** ISO 8601, when it was last touched. */
  readonly updated: string
}

export interface PruneReport {
  /** `ghcr.io/owner/name` */
  readonly package: string
  readonly mode: PruneWish['mode']
  readonly kept: number
  readonly pruned: readonly PrunedVersion[]
  /** Why nothing was deleted although versions are old; undefined when there was no doubt. */
  readonly doubt?: string
}

export type PrunePorts = PushPorts

/**
 * Deletes old untagged versions of a package on GitHub Packages, with their children, signatures and attestations; never one
 * that something kept leads to. Whatever is uncertain is kept: where a manifest cannot be read, or the package changes meanwhile,
 * nothing is deleted, and the report says why.
 *
 * Fails with GITHUB_REFUSED (the token may not do it), REGISTRY_DENIED, NETWORK_FAILED. Run again, it goes on where it stopped.
 */
export async function pruneVersions(wish: PruneWish, ports: PrunePorts): Promise<PruneReport> {
  const github = openGithub({ api: wish.api, token: wish.token }, ports)
  const name = formatRepository(wish.repository)
  const path = await findPackage(github, wish.repository)
  const before = ports.clock.now().getTime() - wish.keepDays * 86_400_000
  const report = { package: name, mode: wish.mode }
  try {
    const graph = await readPackage({
      github,
      path,
      session: sessionOf({ ...wish, wish: 'pull' }, ports),
      before,
    })
    const { pruned } = decidePrune(graph, { before })
    const told =
      wish.mode === 'dry-run' ? pruned : await deleteAll(pruned, { wish, graph, github, path }, ports)
    for (const version of told) {
      ports.log.info(
        `${wish.mode === 'dry-run' ? 'would delete' : 'deleted'} ${name}@${version.digest}, untouched since ${dateOf(version)}`,
      )
    }
    return { ...report, kept: graph.versions.length - told.length, pruned: told.map(toldOf) }
  } catch (error) {
    if (!(error instanceof Doubt)) throw error
    ports.log.warning(`nothing of ${name} is deleted: ${error.message}`)
    return { ...report, kept: error.versions, pruned: [], doubt: error.message }
  }
}

interface Deleting {
  readonly wish: PruneWish
  readonly graph: PackageGraph
  readonly github: GithubApi
  readonly path: string
}

/** Deletes one after the other; what GitHub keeps, keeps all that it leads to. Answers what is gone. */
async function deleteAll(
  pruned: readonly PackageVersion[],
  { wish, graph, github, path }: Deleting,
  { log }: PrunePorts,
): Promise<readonly PackageVersion[]> {
  if (pruned.length === 0) return []
  if (!sameVersions(graph.versions, await listVersions(github, path))) {
    throw new Doubt('it changed while it was looked at', graph.versions.length)
  }
  const gone: PackageVersion[] = []
  const { needs } = waysOf(graph)
  const kept = new Set<Digest>()
  for (const version of pruned) {
    if (kept.has(version.digest)) continue
    const what = `the deletion of ${formatRepository(wish.repository)}@${version.digest}`
    const request = {
      what,
      method: 'DELETE',
      path: `${path}/versions/${version.id}`,
      accept: [400, 404, 422],
    } as const
    const { status } = await github.ask(request)
    if (status < 300) {
      gone.push(version)
      continue
    }
    if (status === 404 && gone.length === 0) throw mayNotDelete(wish)
    log.warning(`${what}: GitHub answered ${status}; it is kept with all that belongs to it`)
    for (const each of closureOf([version.digest], needs)) kept.add(each)
  }
  return gone
}

function mayNotDelete({ repository }: PruneWish): Failure {
  return new Failure(
    'GITHUB_REFUSED',
    `the token may not delete versions of ${formatRepository(repository)}`,
    {
      hint: 'In the package\'s settings, under "Manage Actions access", give this repository the role Admin; a personal token needs the scope delete:packages.',
    },
  )
}

function toldOf(version: PackageVersion): PrunedVersion {
  return { id: version.id, digest: version.digest, updated: new Date(version.updated).toISOString() }
}

function dateOf({ updated }: PackageVersion): string {
  return new Date(updated).toISOString().slice(0, 10)
}
