import type { Digest } from './digest.ts'
import type { ApkRelations, InstalledApk } from './installed-apk.ts'
import type { ProvenLock } from './lock.ts'

/** OCI content descriptor, as far as we read it (image spec v1.1, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  readonly platform?: { readonly architecture: string; readonly os: string; readonly variant?: string }
  readonly annotations?: Readonly<Record<string, string>>
  readonly artifactType?: string
}

/** One platform of an image that was built. */
export interface PlatformImage {
  /** `linux/amd64` */
  readonly platform: string
  /** Our short name, as in the output `digest-<arch>`: `amd64`. */
  readonly arch: string
  readonly manifest: Descriptor
  /** Compressed bytes of configuration and layers. */
  readonly size: number
  /** Absolute path of the platform's complete SPDX document. */
  readonly sbom: string
  /** Installed packages as `name-version`, from the layer's own package database. */
  readonly installed: readonly string[]
  /** The same packages with their checksums, in the order of the database. */
  readonly apks: readonly InstalledApk[]
  /** What each of them needs. */
  readonly relations?: readonly ApkRelations[]
  /** Those of `installed` that apko's SBOM lacked and we added. */
  readonly addedToSbom: readonly string[]
}

/** An image in an OCI layout on disk, not yet public. */
export interface BuiltImage {
  /** The apko file's name without its ending: `apko`. */
  readonly name: string
  /** Path of the apko file as the user gave it. */
  readonly config: string
  /** Absolute path of the OCI image layout. */
  readonly layout: string
  /** The image index that lists every platform. */
  readonly index: Descriptor
  readonly platforms: readonly PlatformImage[]
  /** Absolute path of the SPDX document of the index, which lists the packages of every platform. */
  readonly indexSbom: string
  /** The user's lock that it was built by. */
  readonly lock?: ProvenLock
}
