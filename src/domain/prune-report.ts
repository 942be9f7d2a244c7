import type { Digest } from './digest.ts'

/** One version of a package that was deleted, or would be. */
export interface PrunedVersion {
  readonly id: number
  readonly digest: Digest
  /** ISO 8601, when it was last touched. */
  readonly updated: string
}

/** What became of a package that was to be cleaned. */
export interface PruneReport {
  /** `ghcr.io/owner/name` */
  readonly package: string
  /** `dry-run` tells what would be deleted and deletes nothing. */
  readonly mode: 'dry-run' | 'delete'
  readonly kept: number
  readonly pruned: readonly PrunedVersion[]
  /** Why nothing was deleted although versions are old; undefined when there was no doubt. */
  readonly doubt?: string
}
