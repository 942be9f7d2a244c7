import type { Digest } from './digest.ts'

/** What the input `lockfile` asks for: to build from the lock, to write it anew, or to fail unless it is there and right. */
export type LockMode = 'use' | 'update' | 'frozen'

/** The lock of an image, and what is to be done with it. */
export interface LockWish {
  readonly mode: LockMode
  /** Absolute path. */
  readonly path: string
  /** As messages name it: relative to the workspace when it is in there. */
  readonly file: string
}

/** One package by which two locks differ on one platform. */
export interface LockChange {
  /** `linux/amd64` */
  readonly platform: string
  readonly name: string
  /** `rebuilt`: the same version with another checksum. */
  readonly kind: 'added' | 'removed' | 'upgraded' | 'downgraded' | 'rebuilt'
  /** Version before; undefined when it was added. */
  readonly from?: string
  /** Version now; undefined when it was removed. */
  readonly to?: string
}

/** The lock that an image was built by: what is installed was compared with it. */
export interface ProvenLock {
  readonly mode: LockMode
  readonly file: string
  /** Of the file. */
  readonly digest: Digest
  /** What an update changed; empty when nothing. */
  readonly changes: readonly LockChange[]
}
