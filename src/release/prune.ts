import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { foreseen } from '../domain/outcome.ts'
import type { PrunedVersion, PruneReport } from '../domain/prune-report.ts'
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
  readonly mode: PruneReport['mode']
  /** Versions that were touched within so many days are kept. */
  readonly keepDays: number
}

export type PrunePorts = PushPorts

/** What became of a package, also where a failure ended it: the report tells what was gone by then. */
export interface PruneEnd {
  readonly report: PruneReport
  /** What ended it before all was deleted; none when all went well. */
  readonly failures: readonly Failure[]
}

/**
 * Deletes old untagged versions of a package on GitHub Packages, with their children, signatures and attestations; never one
 * that something kept leads to. Whatever is uncertain is kept: where a manifest cannot be read, or the package changes meanwhile,
 * nothing is deleted, and the report says why.
 *
 * Fails with GITHUB_REFUSED (the token may not do it), REGISTRY_DENIED, NETWORK_FAILED; once something is gone, the failure is
 * answered with the report of it. Run again, it goes on where it stopped, but keeps what was attached to
 * a version that is gone already.
 */
export async function pruneVersions(wish: PruneWish, ports: PrunePorts): Promise<PruneEnd> {
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
    const { told, failures } =
      wish.mode === 'dry-run'
        ? { told: pruned, failures: [] }
        : await deleteAll(pruned, { wish, graph, github, path }, ports)
    if (wish.mode === 'dry-run') {
      for (const version of told) ports.log.info(`would delete ${nameOf(version, wish)}`)
    }
    const kept = graph.versions.length - told.length
    return { report: { ...report, kept, pruned: told.map(toldOf) }, failures }
  } catch (error) {
    if (!(error instanceof Doubt)) throw error
    ports.log.warning(`nothing of ${name} is deleted: ${error.message}`)
    const nothing = { kept: error.versions, pruned: [], doubt: error.message }
    return { report: { ...report, ...nothing }, failures: [] }
  }
}

interface Deleting {
  readonly wish: PruneWish
  readonly graph: PackageGraph
  readonly github: GithubApi
  readonly path: string
}

/**
 * Deletes one after the other; what GitHub keeps, keeps all that it leads to. Answers what is gone, and the failure that stopped it;
 * fails only as long as nothing is gone.
 */
async function deleteAll(
  pruned: readonly PackageVersion[],
  { wish, graph, github, path }: Deleting,
  { log }: PrunePorts,
): Promise<{ readonly told: readonly PackageVersion[]; readonly failures: readonly Failure[] }> {
  if (pruned.length === 0) return { told: [], failures: [] }
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
    const answer = await github.ask(request).catch((error: unknown) => {
      if (gone.length === 0) throw error
      return { failures: foreseen(error) }
    })
    if ('failures' in answer) return { told: gone, failures: answer.failures }
    const { status } = answer
    if (status < 300) {
      log.info(`deleted ${nameOf(version, wish)}`)
      gone.push(version)
      continue
    }
    if (status === 404 && gone.length === 0) throw mayNotDelete(wish)
    log.warning(`${what}: GitHub answered ${status}; it is kept with all that belongs to it`)
    for (const each of closureOf([version.digest], needs)) kept.add(each)
  }
  return { told: gone, failures: [] }
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

function nameOf({ digest, updated }: PackageVersion, { repository }: PruneWish): string {
  const day = new Date(updated).toISOString().slice(0, 10)
  return `${formatRepository(repository)}@${digest}, untouched since ${day}`
}
