import type { ApkoFile } from '../apko/apko-file.ts'
import type { Architecture } from '../domain/architecture.ts'
import type { RunContext } from '../domain/run-context.ts'
import type { MelangeFile } from '../melange/melange-file.ts'

/** What the user asked for, as far as the plan depends on it. */
export interface PlanWish {
  readonly platforms: readonly Architecture[]
  /** Names that every image gets, the primary first; `{name}` stands for the apko file's name. None when none was given. */
  readonly image: readonly string[]
  /** Valid ones; not empty unless something is wrong. */
  readonly tags: readonly string[]
  readonly push: 'auto' | 'true' | 'false'
  readonly load: boolean
  /** Host that credentials are given for. */
  readonly registry: string | undefined
}

/** All that the plan is made from. */
export interface PlanFacts {
  readonly wish: PlanWish
  readonly melange: readonly MelangeFile[]
  readonly apko: readonly ApkoFile[]
  /** Whether files were named that could not be read. */
  readonly unreadable: boolean
  readonly context: RunContext
  readonly host: Architecture
}
