/** What is known of the commit and the workflow run; on a laptop most of it is undefined. */
export interface RunContext {
  /** Whether a GitHub runner runs us. */
  readonly workflow: boolean
  /** `owner/name` */
  readonly repository?: string
  readonly actor?: string
  /** Event that started the run: `push`, `pull_request`, … */
  readonly event?: string
  /** Commit id. */
  readonly commit?: string
  /** Full ref: `refs/heads/main`. */
  readonly ref?: string
  /** Page of the run. */
  readonly url?: string
  /** Where GitHub is: `https://github.com`, `https://api.github.com`. */
  readonly server?: string
  readonly api?: string
  /** `owner/name/.github/workflows/file.yml@ref` of the workflow that was started. */
  readonly workflowRef?: string
  readonly attempt?: string
  readonly repositoryId?: string
  readonly ownerId?: string
  /** Whose the repository is. */
  readonly ownerKind?: 'organization' | 'user'
  /** `github-hosted` or `self-hosted`. */
  readonly runner?: string
  /** Whether the run is for a pull request of a fork or of Dependabot. */
  readonly stranger?: boolean
  readonly privateRepository?: boolean
  /** Where the runner gives out identity tokens, if it does to this job. */
  readonly identity?: { readonly url: string; readonly requestToken: string }
  /** Time of the commit, seconds since 1970. */
  readonly commitTime?: number
  /** Default branch of the repository: `main`. */
  readonly defaultBranch?: string
  /** Branch that a pull request goes to, or that a git tag was pushed from, where the event tells it. */
  readonly baseRef?: string
  readonly pullRequest?: { readonly number: number; readonly headCommit?: string }
  /** What a release event is about. */
  readonly release?: { readonly tag: string; readonly draft: boolean; readonly prerelease: boolean }
  /** The repository's own description. */
  readonly description?: string
  /** SPDX id of the repository's licence, where GitHub recognised one. */
  readonly license?: string
}

/** Whether the run is for a pull request, whose code may be a stranger's. */
export function isPullRequest(context: RunContext): boolean {
  return context.event === 'pull_request' || context.event === 'pull_request_target'
}

/** The git tag that the run is for: that of a release event, else the one that `ref` names. */
export function tagOf({ release, ref }: RunContext): string | undefined {
  return release?.tag ?? /^refs\/tags\/(.+)$/.exec(ref ?? '')?.[1]
}
