import type { Tool } from '../domain/tool.ts'
import type { ApkoFile } from './apko-file.ts'
import type { ApkoLog } from './apko-log.ts'
import type { MissingIndex } from './missing-index.ts'

/** What is known of an `apko build` that failed. */
export interface FailedBuild {
  readonly file: ApkoFile
  readonly apko: Tool
  /** Exit code. */
  readonly code: number
  readonly log: ApkoLog
  readonly missing: readonly MissingIndex[]
}
