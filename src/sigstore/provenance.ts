import type { InstalledApk } from '../domain/installed-apk.ts'

/** The build, as SLSA provenance tells it. What is undefined is left out. */
export interface BuildFacts {
  /** Whoever ran the build: `https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main`. */
  readonly builder: string
  /** The workflow file that was started; undefined outside of GitHub. */
  readonly workflow?: WorkflowFacts
  /** Inputs of the action that differ from their defaults, without secrets. */
  readonly parameters: Readonly<Record<string, string>>
  /** Address of the run, with its attempt. */
  readonly invocation?: string
  readonly startedAt?: Date
  readonly finishedAt?: Date
  readonly dependencies: readonly Dependency[]
}

export interface WorkflowFacts {
  /** `https://github.com/acme/app` */
  readonly repository: string
  readonly ref: string
  /** `.github/workflows/release.yml` */
  readonly path: string
  readonly commit: string
  readonly event: string
  readonly repositoryId?: string
  readonly ownerId?: string
  /** `github-hosted` or `self-hosted` */
  readonly runner?: string
}

/** Something that went into the build. */
export interface Dependency {
  /** `pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64`, `https://…/apko_1.2.39_linux_amd64.tar.gz` */
  readonly uri?: string
  /** `melange.yaml` */
  readonly name?: string
  /** Hex digits by algorithm (in-toto DigestSet): `{ sha256: '…' }`; apk's own checksum is the sha1 of the control part. */
  readonly digest: Readonly<Record<string, string>>
}

const buildType = 'https://actions.github.io/buildtypes/workflow/v1'

/**
 * SLSA provenance v1 of a GitHub workflow run, in the fields of its own build type, so that verifiers know them. The same
 * facts give the same JSON: dependencies are sorted, each once.
 */
export function provenancePredicate(facts: BuildFacts): unknown {
  const { workflow, parameters, builder, invocation, startedAt, finishedAt } = facts
  return {
    buildDefinition: {
      buildType,
      externalParameters: {
        ...(Object.keys(parameters).length === 0 ? {} : { inputs: sortedByKey(parameters) }),
        ...(workflow === undefined
          ? {}
          : { workflow: { ref: workflow.ref, repository: workflow.repository, path: workflow.path } }),
      },
      internalParameters: workflow === undefined ? {} : { github: internals(workflow) },
      resolvedDependencies: [
        ...(workflow === undefined ? [] : [sourceOf(workflow)]),
        ...sorted(facts.dependencies),
      ],
    },
    runDetails: {
      builder: { id: builder },
      metadata: {
        ...(invocation === undefined ? {} : { invocationId: invocation }),
        ...(startedAt === undefined ? {} : { startedOn: startedAt.toISOString() }),
        ...(finishedAt === undefined ? {} : { finishedOn: finishedAt.toISOString() }),
      },
    },
  }
}

/** An apk as a dependency: package URL and checksum. Checksums of another kind than `Q1` are left as `apk`. */
export function apkDependency({ name, version, arch, checksum, distribution }: InstalledApk): Dependency {
  const owner = distribution === undefined ? '' : `${encodeURIComponent(distribution)}/`
  const uri = `pkg:apk/${owner}${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`
  const sha1 = checksum.startsWith('Q1') ? Buffer.from(checksum.slice(2), 'base64') : undefined
  return { uri, digest: sha1?.length === 20 ? { sha1: sha1.toString('hex') } : { apk: checksum } }
}

function internals({
  event,
  repositoryId,
  ownerId,
  runner,
}: WorkflowFacts): Readonly<Record<string, string>> {
  return {
    event_name: event,
    ...(repositoryId === undefined ? {} : { repository_id: repositoryId }),
    ...(ownerId === undefined ? {} : { repository_owner_id: ownerId }),
    ...(runner === undefined ? {} : { runner_environment: runner }),
  }
}

function sourceOf({ repository, ref, commit }: WorkflowFacts): Dependency {
  return { uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } }
}

function sorted(dependencies: readonly Dependency[]): readonly Dependency[] {
  const each = dependencies.map(({ uri, name, digest }) => ({
    ...(uri === undefined ? {} : { uri }),
    ...(name === undefined ? {} : { name }),
    digest: sortedByKey(digest),
  }))
  const byText = new Map(each.map(dependency => [JSON.stringify(dependency), dependency] as const))
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dependency]) => dependency)
}

function sortedByKey(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
