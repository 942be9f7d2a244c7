import type { Digest } from './digest.ts'
import type { Package } from './package.ts'

/** The build record, `giropops.json`; its JSON Schema is `schema/giropops.schema.json`. Paths are relative to the output folder. */
export interface BuildRecord {
  readonly $schema: string
  readonly giropops: string
  readonly startedAt: string
  readonly seconds: number
  readonly run: RunOfRecord
  readonly stages: readonly StageTime[]
  readonly tools: readonly ToolOfRecord[]
  readonly packages?: PackagesOfRecord
  readonly images: readonly ImageOfRecord[]
}

export interface RunOfRecord {
  readonly repository?: string
  readonly commit?: string
  readonly ref?: string
  readonly event?: string
  readonly url?: string
}

export interface StageTime {
  readonly stage: string
  readonly seconds: number
}

export interface ToolOfRecord {
  readonly name: string
  readonly version: string
  /** Of the release tarball; of the binary when its path was given. */
  readonly sha256: string
  readonly source: 'cache' | 'download' | 'path'
}

export interface PackagesOfRecord {
  /** Repository folder. */
  readonly folder: string
  readonly publicKey: string
  readonly throwAwayKey: boolean
  readonly sandbox: string
  readonly built: readonly Package[]
}

export interface ImageOfRecord {
  readonly name: string
  readonly config: string
  /** Digest of the image index. */
  readonly digest: Digest
  /** Bytes of all platforms, compressed. */
  readonly size: number
  readonly layout: string
  readonly sboms: readonly string[]
  readonly dockerTar?: string
  /** Names in the container engine, when loaded. */
  readonly loaded: readonly string[]
  /** Set once the digest is in the registry. */
  readonly pushed?: {
    readonly repository: string
    readonly tags: readonly string[]
    readonly uploaded: number
    readonly skipped: number
  }
  readonly platforms: readonly PlatformOfRecord[]
}

export interface PlatformOfRecord {
  readonly platform: string
  readonly arch: string
  readonly digest: Digest
  readonly size: number
  readonly sbom: string
  readonly packages: readonly string[]
  readonly addedToSbom: readonly string[]
}
