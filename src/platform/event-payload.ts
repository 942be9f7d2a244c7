import type { context as Context } from '@actions/github'
import type { RunContext } from '../domain/run-context.ts'

type Payload = (typeof Context)['payload']

/** What the event tells of the repository, of who asks, and of the pull request or release it is about. */
export function readPayload(payload: Payload, actor: string | undefined): Partial<RunContext> {
  const { repository, pull_request: pull } = payload
  const head: unknown = pull?.['head']?.repo?.full_name
  const fork = pull !== undefined && head !== repository?.full_name
  return {
    stranger: fork || actor === 'dependabot[bot]',
    ...repositoryOf(payload),
    ...whereTold({ baseRef: textAt(pull?.['base'], 'ref') ?? pushedFrom(payload) }),
    ...pullRequestOf(payload),
    ...releaseOf(payload),
  }
}

function repositoryOf({ repository }: Payload): Partial<RunContext> {
  const visibility: unknown = repository?.['private']
  const license = textAt(repository?.['license'], 'spdx_id')
  return {
    ...(typeof visibility === 'boolean' ? { privateRepository: visibility } : {}),
    ...whereTold({
      defaultBranch: textAt(repository, 'default_branch'),
      description: textAt(repository, 'description'),
      license: license === 'NOASSERTION' ? undefined : license,
    }),
  }
}

/** The branch that a git tag was pushed from, which the event tells now and then. */
function pushedFrom(payload: Payload): string | undefined {
  return textAt(payload, 'base_ref')?.replace(/^refs\/heads\//, '')
}

function pullRequestOf({ pull_request: pull }: Payload): Partial<RunContext> {
  const number: unknown = pull?.number
  if (typeof number !== 'number') return {}
  return { pullRequest: { number, ...whereTold({ headCommit: textAt(pull?.['head'], 'sha') }) } }
}

function releaseOf({ release }: Payload): Partial<RunContext> {
  const tag = textAt(release, 'tag_name')
  if (tag === undefined) return {}
  const is = (name: string): boolean => (release as Readonly<Record<string, unknown>>)[name] === true
  return { release: { tag, draft: is('draft'), prerelease: is('prerelease') } }
}

function textAt(value: unknown, name: string): string | undefined {
  const found: unknown =
    typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : ''
  return typeof found === 'string' && found !== '' ? found : undefined
}

function whereTold<T extends Readonly<Record<string, string | undefined>>>(
  values: T,
): { [K in keyof T]?: string } {
  const told = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(told) as { [K in keyof T]?: string }
}
