import type { Architecture } from '../domain/architecture.ts'
import type { Machine } from '../domain/machine.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { PackageGraph } from './graph.ts'
import type { MelangeFile } from './melange-file.ts'
import type { Sandbox } from './sandbox-choice.ts'

/** What is passed on to melange. Paths are absolute. */
export interface BuildOptions {
  /** Source folder of every file; each file's own folder without it. */
  readonly sourceDir?: string
  readonly pipelineDirs: readonly string[]
  readonly namespace?: string
  readonly envFile?: string
  readonly varsFile?: string
  /** Public keys of distributions: paths or URLs. */
  readonly keyring: readonly string[]
  /** Further apk repositories: paths or URLs. */
  readonly repositories: readonly string[]
  /** Further packages of every build environment. */
  readonly packages: readonly string[]
  readonly gitCommit?: string
  readonly gitRepoUrl?: string
  /** melange's cache of fetched sources; a folder for the run alone without it. */
  readonly cacheDir?: string
  /** Where melange keeps downloaded apks; its own place below the home without it. */
  readonly apkCacheDir?: string
  readonly extraArgs: readonly string[]
  /** Files and folders that no build may see, though they may lie in a source folder. */
  readonly exclude: readonly string[]
}

export interface BuildRequest {
  /** As they were given. */
  readonly files: readonly MelangeFile[]
  /** The same files, and which must be built before which. */
  readonly graph: PackageGraph
  readonly architectures: readonly Architecture[]
  readonly melange: Tool
  readonly key: SigningKey
  /** Finds one that works here when the first package has to be built; the same one each time. Fails when there is none. */
  readonly sandbox: () => Promise<Sandbox>
  /** Absolute folder that packages and indexes end up in. What lies there already stays. */
  readonly repository: string
  /** Absolute path of a fresh folder of ours, removed in the end. */
  readonly scratch: string
  /** Relative paths inside melange files are relative to its workspace. */
  readonly machine: Machine
  readonly options: BuildOptions
  /** Builds that run side by side at most. */
  readonly jobs: number
  /** Seconds since 1970. */
  readonly sourceDateEpoch?: number
}

/** One file built for one architecture. */
export interface BuildJob {
  readonly request: BuildRequest
  readonly file: MelangeFile
  readonly architecture: Architecture
  /** Absolute folder for this build alone. */
  readonly place: string
  /** Whether packages that were built before are there to be used. */
  readonly hasRepository: boolean
}

/** `senhas 1.0.0-r0 x86_64`: how messages and the log call a build. */
export function titleOf({ file, architecture }: Pick<BuildJob, 'file' | 'architecture'>): string {
  return `${file.name} ${file.version}-r${file.epoch} ${architecture.apk}`
}
