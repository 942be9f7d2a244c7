import type { BuildTime } from './build-time.ts'
import type { Digest } from './digest.ts'
import type { InstalledApk } from './installed-apk.ts'
import type { ProvenLock } from './lock.ts'
import type { Package } from './package.ts'
import type { PruneReport } from './prune-report.ts'
import type { ReleaseOfRecord } from './release-record.ts'
import type { ScanOfRecord } from './scan-record.ts'

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
  /** Which melange file had to be built before which. */
  readonly graph?: GraphOfRecord
  readonly images: readonly ImageOfRecord[]
  /** The GitHub release of it. */
  readonly release?: ReleaseOfRecord
  /** What became of packages that were cleaned. */
  readonly pruned?: readonly PruneReport[]
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
  /** Where the packages were built; left out when nothing had to be, and where another job did that. */
  readonly sandbox?: string
  /** All packages of the run; those with `taken` were built by an earlier one. */
  readonly built: readonly Package[]
  /** How long each build took; what was not built in this run has none. */
  readonly times?: readonly BuildTime[]
  /** Repositories that were merged into this one, as they were named. */
  readonly legs?: readonly string[]
  /** Sigstore bundles of the packages, the public key and their provenance, when signed. */
  readonly bundles?: readonly string[]
}

export interface GraphOfRecord {
  /** Each after all that it needs. */
  readonly nodes: readonly NodeOfRecord[]
}

/** A melange file among the others, which are named by their `file`. */
export interface NodeOfRecord {
  /** As in `files`. */
  readonly file: string
  readonly package: string
  /** 0 for a file that needs no other; else one more than the highest of those that it needs. */
  readonly level: number
  /** Files that had to be built first. */
  readonly needs: readonly string[]
  /** Files whose packages are installed along with its own. */
  readonly runtime: readonly string[]
  /** Files whose packages its tests install. */
  readonly tests: readonly string[]
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
  /** The lock that it was built by, and what an update changed in it. */
  readonly lock?: ProvenLock
  /** Whether a second build in another folder had the same digest; left out when none was made. */
  readonly reproduced?: true
  /** What was found in it, and whether that stops it; left out when nobody looked. */
  readonly scan?: ScanOfRecord
  /** Why nobody looked, where it was wished; left out otherwise. */
  readonly notScanned?: string
  /** Set once the digest is in the registry: the primary repository. */
  readonly pushed?: PushedOfRecord
  /** The other repositories that the same digest was pushed to. */
  readonly copies?: readonly PushedOfRecord[]
  /** Set once everything was signed, attached, read back and verified. */
  readonly signed?: SignaturesOfRecord | undefined
  readonly platforms: readonly PlatformOfRecord[]
}

/** An image in one repository. */
export interface PushedOfRecord {
  readonly repository: string
  /** Tags that name the digest. */
  readonly tags: readonly string[]
  readonly uploaded: number
  readonly skipped: number
  /** Whether all tags named the digest already, so that nothing was sent. */
  readonly unchanged?: true
  /** Whether the repository is a package on GitHub that did not exist before. */
  readonly created?: true
  /** Tags that were left to another image: that of a newer commit, or of a run that came later. */
  readonly left?: readonly LeftTagOfRecord[]
}

export interface LeftTagOfRecord {
  readonly tag: string
  /** What it names. */
  readonly digest: Digest
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
  readonly kind: 'signature' | 'sbom' | 'provenance' | 'vulnerabilities'
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
