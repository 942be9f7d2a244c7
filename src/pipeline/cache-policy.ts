import type { RunContext } from '../domain/run-context.ts'

/** The input `cache`. */
export type CacheWish = 'auto' | 'true' | 'false'

export interface CachePolicy {
  /** Whether packages and downloads of earlier runs are taken, and this run's kept. */
  readonly use: boolean
  /** Why `auto` decided against it: to be told in one notice. */
  readonly notice?: string
}

/**
 * Decides on the cache; pure. `auto` keeps it from releases, which shall hold nothing that an earlier run could have slipped in,
 * and from code of strangers, which could slip something in for runs to come.
 */
export function decideCache(wish: CacheWish, context: RunContext): CachePolicy {
  if (wish !== 'auto') return { use: wish === 'true' }
  const reason = releaseReason(context) ?? strangerReason(context)
  if (reason === undefined) return { use: true }
  return {
    use: false,
    notice: `Everything is built anew, without the cache: ${reason}. With "cache: true" it would be used all the same.`,
  }
}

/** Whether the run is for a release or a tag. */
export function isRelease(context: RunContext): boolean {
  return releaseReason(context) !== undefined
}

function releaseReason({ event, ref }: RunContext): string | undefined {
  if (event === 'release') return 'this run is for a release'
  const tag = /^refs\/tags\/(.+)$/.exec(ref ?? '')?.[1]
  return tag === undefined ? undefined : `this run is for the tag ${tag}`
}

/** Events that run with the rights, and the cache, of the default branch on what others bring. */
const foreign = new Set(['pull_request_target', 'workflow_run', 'issue_comment'])

function strangerReason({ event, stranger }: RunContext): string | undefined {
  if (event !== undefined && foreign.has(event)) {
    return `on the event ${event} the code may be a stranger's, the cache is that of the default branch`
  }
  return stranger === true ? 'the pull request is of a fork or of Dependabot' : undefined
}
