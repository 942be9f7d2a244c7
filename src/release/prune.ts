import type { Digest } from '../domain/digest.ts'
import type { Credentials } from '../oci/credentials.ts'
import type { PushPorts } from '../oci/push.ts'
import type { ImageRepository } from '../oci/reference.ts'

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
 * that something kept leads to. Whatever is uncertain is kept.
 */
export function pruneVersions(wish: PruneWish, _ports: PrunePorts): Promise<PruneReport> {
  return Promise.reject(new Error(`cleaning ${wish.repository.path} is not written yet`))
}
