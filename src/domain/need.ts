import type { SourcePlace } from './failure.ts'
import type { ToolName } from './tool.ts'

/** A part of an apko file that not every apko knows, named by its path in the file. */
export type Feature =
  | 'layering'
  | 'certificates'
  | 'format'
  | 'certificates.providers'
  | 'contents.baseimage'
  | 'contents.build_repositories'
  | 'contents.runtime_repositories'
  | 'contents.runtime_keyring'

/** What a run asks of a tool, and why: found missing before anything is built. */
export interface Need {
  readonly tool: ToolName
  /** A flag of `build` (`--lockfile`), or a feature of the file. */
  readonly ability: { readonly flag: string } | { readonly feature: Feature }
  /** Who asks: `input "lockfile"`, or `layering` with its place in the file. */
  readonly because: { readonly text: string; readonly at?: SourcePlace }
}
