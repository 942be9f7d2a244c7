import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { PruneReport } from '../domain/prune-report.ts'
import type { Inputs } from '../inputs/actions.ts'
import { formatRepository, parseRepository, type ImageRepository } from '../oci/reference.ts'
import type { World } from '../ports.ts'
import type { RecordFolder } from '../release/released.ts'

export type PruneInputs = Pick<Inputs<'release'>, 'prune' | 'prune-days' | 'image' | 'github-token'>

/** Packages that are to be cleaned, and how. */
export interface PrunePlan {
  readonly mode: PruneReport['mode']
  readonly keepDays: number
  readonly token: string
  readonly repositories: readonly ImageRepository[]
}

/**
 * Plans the cleaning; undefined when none is asked for. Fails with INPUT_INVALID when it is not known of what, or by whose right.
 */
export function planPrune(
  inputs: PruneInputs,
  folders: readonly RecordFolder[],
  { context }: Pick<World, 'context'>,
): PrunePlan | undefined {
  if (inputs.prune === 'false') return undefined
  const named = inputs.image.map(name => parseRepository(name))
  const strange = named.filter(({ registry }) => !isGithubs(registry)).map(notGithubs)
  const token = inputs['github-token']
  const repositories = distinct(named.length > 0 ? named : recorded(folders, context.repository))
  throwIfAny([
    ...strange,
    ...(token === undefined ? [noToken()] : []),
    ...(repositories.length === 0 ? [nothingNamed()] : []),
  ])
  const mode = inputs.prune === 'true' ? 'delete' : 'dry-run'
  return { mode, keepDays: inputs['prune-days'] ?? 30, token: token ?? '', repositories }
}

/** The images of the records that are packages on GitHub, else the package named like the repository. */
function recorded(
  folders: readonly RecordFolder[],
  repository: string | undefined,
): readonly ImageRepository[] {
  const images = folders.flatMap(({ record }) => record.images)
  const names = images.flatMap(({ pushed, copies = [] }) =>
    [pushed, ...copies].map(each => each?.repository ?? ''),
  )
  const all = names.filter(name => name !== '').map(name => parseRepository(name))
  const ours = all.filter(({ registry }) => isGithubs(registry))
  if (folders.length > 0 || repository === undefined) return ours
  return [parseRepository(`ghcr.io/${repository.toLowerCase()}`)]
}

function distinct(repositories: readonly ImageRepository[]): readonly ImageRepository[] {
  return [...new Map(repositories.map(each => [formatRepository(each), each])).values()]
}

/** GitHub's registries: its own, those of its servers at other places, and a stand-in on this machine. */
function isGithubs(registry: string): boolean {
  return /^(ghcr\.io|containers\..+|(127\.0\.0\.1|localhost):\d+)$/.test(registry)
}

function notGithubs(repository: ImageRepository): Failure {
  return new Failure(
    'INPUT_INVALID',
    `input "image" is ${formatRepository(repository)}, and "prune" cleans packages on GitHub only: ghcr.io/owner/name`,
    { hint: 'Other registries have rules of their own for that; leave this image out.' },
  )
}

function noToken(): Failure {
  return new Failure('INPUT_INVALID', 'input "prune" needs "github-token", and there is none', {
    hint: 'In a workflow of github.com leave it out; elsewhere give a token with the scopes read:packages and delete:packages.',
  })
}

function nothingNamed(): Failure {
  return new Failure('INPUT_INVALID', 'input "prune" is given, and nothing says which package is meant', {
    hint: 'Name it with "image": ghcr.io/owner/name.',
  })
}
