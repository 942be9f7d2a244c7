import type { BuildRecord, ToolOfRecord } from '../domain/build-record.ts'
import type { RunContext } from '../domain/run-context.ts'
import type { World } from '../ports.ts'
import type { BuildFacts, Dependency, WorkflowFacts } from '../sigstore/provenance.ts'

/** The parts of a record that provenance is made of. */
export type ProvenanceWish = Pick<BuildRecord, 'parameters' | 'files' | 'startedAt'> & {
  readonly tools: readonly Pick<ToolOfRecord, 'name' | 'version' | 'sha256'>[]
}

/** What is the same in the provenance of everything that a run makes; `builder` is the identity that signs. */
export function provenanceFacts(
  { parameters, files, tools, startedAt }: ProvenanceWish,
  builder: string,
  { context, clock }: Pick<World, 'context' | 'clock'>,
): BuildFacts {
  const workflow = workflowOf(context)
  return {
    builder,
    parameters,
    startedAt: new Date(startedAt),
    finishedAt: clock.now(),
    dependencies: [
      ...files.map(({ name, sha256 }): Dependency => ({ name, digest: { sha256 } })),
      ...tools.map(toolDependency),
    ],
    ...(workflow === undefined ? {} : { workflow }),
    ...(context.url === undefined ? {} : { invocation: `${context.url}/attempts/${context.attempt ?? '1'}` }),
  }
}

function workflowOf({
  server,
  repository,
  ref,
  commit,
  event,
  workflowRef,
  ...more
}: RunContext): WorkflowFacts | undefined {
  if (repository === undefined || ref === undefined || commit === undefined || event === undefined)
    return undefined
  const path = /^[^/]+\/[^/]+\/(.+)@/.exec(workflowRef ?? '')?.[1]
  if (path === undefined) return undefined
  const { repositoryId, ownerId, runner } = more
  return {
    repository: `${server ?? 'https://github.com'}/${repository}`,
    ref,
    path,
    commit,
    event,
    ...(repositoryId === undefined ? {} : { repositoryId }),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(runner === undefined ? {} : { runner }),
  }
}

function toolDependency({ name, version, sha256 }: ProvenanceWish['tools'][number]): Dependency {
  const page = `https://github.com/chainguard-dev/${name}/releases/tag/v${version}`
  return { uri: page, name, digest: { sha256 } }
}
