import { tagOf, type RunContext } from '../domain/run-context.ts'
import { formatDate } from './date-format.ts'
import type { Call, Expression, Expressions } from './template.ts'
import { Wrong } from './wrong.ts'

/** All that tags are made from besides the rules. */
export interface TagFacts {
  readonly context: RunContext
  /** The clock's time. */
  readonly now: Date
  /** The packages that the run's melange files make. */
  readonly packages: readonly PackageFact[]
}

export interface PackageFact {
  readonly name: string
  /** Without epoch. */
  readonly version: string
  readonly epoch: number
  /** Further packages that are built along with it. */
  readonly subpackages?: readonly string[]
}

/** The ref that rules look at: on `pull_request_target` that of the pull request, on a release event its tag. */
export function refOf(context: RunContext): string {
  const { event, pullRequest, release, ref = '' } = context
  if (event === 'pull_request_target' && pullRequest !== undefined)
    return `refs/pull/${pullRequest.number}/merge`
  return release === undefined ? ref : `refs/tags/${tagOf(context)}`
}

export const branchIn = (ref: string): string => /^refs\/heads\/(.*)$/.exec(ref)?.[1] ?? ''
export const tagIn = (ref: string): string => /^refs\/tags\/(.*)$/.exec(ref)?.[1] ?? ''

/** First digits of a commit id, as `type=sha` has them. */
export const shortLength = 7

/** The expressions of prefixes, suffixes, values, `enable` and labels. `onClock` is told when one reads the clock. */
export function globalExpressions(
  { context, now }: Pick<TagFacts, 'context' | 'now'>,
  onClock: () => void,
): Expressions {
  const ref = refOf(context)
  const { commit = '', commitTime, baseRef = '' } = context
  return {
    branch: plain(branchIn(ref)),
    tag: plain(tagIn(ref)),
    sha: call => commit.slice(0, lengthOf(call)),
    base_ref: plain(/^refs\/(tags|pull)\//.test(ref) ? baseRef : ''),
    is_default_branch: plain(String(isDefaultBranch(context, ref))),
    is_not_default_branch: plain(String(!isDefaultBranch(context, ref))),
    date: call => {
      onClock()
      return dateBy(call, now)
    },
    commit_date: call => {
      if (commitTime === undefined) onClock()
      return dateBy(call, commitTime === undefined ? now : new Date(commitTime * 1000))
    },
  }
}

/** An expression that takes no arguments. */
export function plain(value: string): Expression {
  return ({ name, args, named }) => {
    const given = [...args, ...[...named].map(([key, text]) => `${key}=${text}`)]
    if (given.length > 0) throw new Wrong(`{{${name}}} takes no arguments, here are: ${given.join(' ')}`)
    return value
  }
}

function lengthOf({ args, named }: Call): number {
  const [given = String(shortLength), ...more] = args
  const length = Number(given)
  if (more.length === 0 && named.size === 0 && length >= 1 && length <= 64) return length
  throw new Wrong('{{sha}} takes how many digits it has; accepted: a number from 1 to 64, as in {{sha 5}}')
}

function dateBy({ name, args, named }: Call, moment: Date): string {
  const [format, ...more] = args
  if (format === undefined || more.length > 0) {
    throw new Wrong(`{{${name}}} takes one format, here are ${args.length}; accepted: {{${name} 'YYYYMMDD'}}`)
  }
  const strange = [...named.keys()].find(key => key !== 'tz')
  if (strange !== undefined) throw new Wrong(`{{${name}}} has ${JSON.stringify(strange)}; accepted: tz`)
  return formatDate(moment, format, named.get('tz'))
}

/** Events that have no ref of their own run on the last commit of the default branch. */
function isDefaultBranch({ event = '', defaultBranch }: RunContext, ref: string): boolean {
  const branch = ref.replace(/^refs\/heads\//, '')
  if (branch === '') return false
  return branch === defaultBranch || /create|discussion|issues|schedule/.test(event)
}
