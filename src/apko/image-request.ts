import type { Architecture } from '../domain/architecture.ts'
import type { ImageMarks } from '../domain/image-marks.ts'
import type { LockWish } from '../domain/lock.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Tool } from '../domain/tool.ts'
import type { ApkoFile } from './apko-file.ts'

/** One image to be built. */
export interface ImageWish {
  readonly file: ApkoFile
  /** At least one. */
  readonly architectures: readonly Architecture[]
  /** `name:tag` that it is built under; ends up in the SBOM's package URLs. */
  readonly reference: string
  /** Lock that it is built by; without one everything is resolved anew. */
  readonly lock?: LockWish
  /** What it says of itself besides what apko writes. */
  readonly marks?: ImageMarks
}

/** The user's options for every image; paths are absolute or relative to the workspace. */
export interface ImageOptions {
  readonly keyring: readonly string[]
  readonly repositories: readonly string[]
  readonly buildRepositories: readonly string[]
  readonly packages: readonly string[]
  readonly cacheDir?: string
  /** Whether apko looks for the URL of the git repository and stores it in the image. */
  readonly vcs: boolean
  /** Further arguments of `apko build`, each its own. */
  readonly extraArgs: readonly string[]
}

export interface ImagesRequest {
  readonly images: readonly ImageWish[]
  readonly apko: Tool
  /** Packages built in this run. */
  readonly repository?: LocalRepository
  /** Absolute path. */
  readonly workspace: string
  /** Absolute path of a folder of this run, outside of the workspace. */
  readonly scratch: string
  /** Absolute path; each image gets `<output>/images/<name>/`. */
  readonly output: string
  readonly options: ImageOptions
  /** Seconds since 1970 that everything is dated with; apko takes the newest package's time when left out. */
  readonly sourceDateEpoch?: number
}
