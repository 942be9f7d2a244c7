import type { Digest } from './digest.ts'
import type { InstalledApk } from './installed-apk.ts'
import type { Package } from './package.ts'

/** The build record, `giropops.json`; its JSON Schema is `schema/giropops.schema.json`. Paths are relative to the output folder. */
export interface BuildRecord {
  readonly $schema: string
  readonly giropops: string
  readonly startedAt: string
  readonly seconds: number
  readonly run: RunOfRecord
  readonly stages: readonly StageTime[]
  /** Inputs that differ from their defaults, without secrets. */
  readonly parameters: Readonly<Record<string, string>>
  /** melange and apko files that were built from. */
  readonly files: readonly FileOfRecord[]
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

export interface FileOfRecord {
  /** As it was named, relative to the workspace. */
  readonly name: string
  readonly sha256: string
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
  /** Sigstore bundles of the packages, the public key and their provenance, when signed. */
  readonly bundles?: readonly string[]
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
  /** Set once everything was signed, attached, read back and verified. */
  readonly signed?: SignaturesOfRecord | undefined
  readonly platforms: readonly PlatformOfRecord[]
}

export interface SignaturesOfRecord {
  /** Identity in the certificates; a public key (PEM) instead when signed with a key. */
  readonly signer: { readonly subject: string; readonly issuer: string } | { readonly publicKey: string }
  /** Made in this run; what was there already and valid was not made again. */
  readonly bundles: readonly BundleOfRecord[]
  /** Pages of attestations kept by GitHub. */
  readonly github: readonly string[]
  /** Commands and policies to verify the image with. */
  readonly verify: readonly VerifyOfRecord[]
}

export interface BundleOfRecord {
  readonly kind: 'signature' | 'sbom' | 'provenance'
  /** `linux/amd64`, or `index`. */
  readonly place: string
  readonly digest: Digest
  readonly file: string
}

export interface VerifyOfRecord {
  readonly title: string
  readonly text: string
  readonly language: 'sh' | 'yaml'
}

export interface PlatformOfRecord {
  readonly platform: string
  readonly arch: string
  readonly digest: Digest
  readonly size: number
  readonly sbom: string
  /** Every package that is installed. */
  readonly packages: readonly InstalledApk[]
  readonly addedToSbom: readonly string[]
}
