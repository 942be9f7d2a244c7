import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import { isTagName, tagNameRule } from '../domain/git-tag-name.ts'
import { isPullRequest, tagOf, type RunContext } from '../domain/run-context.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import type { ReleaseWish } from '../release/wish.ts'
import { mostNotes } from '../release/notes-block.ts'
import { findReleaseFiles } from './release-files.ts'

/** What is asked of a release; an action that has not got an input leaves it out. */
export type ReleaseInputs = Partial<Omit<Inputs<'release'>, 'record' | 'packages' | 'deadline'>> &
  Partial<Pick<Inputs<'build'>, 'release'>>

/** A release that the inputs ask for, before it is known what is in it. */
export interface ReleasePlan extends Pick<ReleaseWish, ReleaseWishPart> {
  readonly majorTag: boolean
}

type ReleaseWishPart =
  | 'repository'
  | 'api'
  | 'server'
  | 'token'
  | 'tag'
  | 'isPushed'
  | 'name'
  | 'notes'
  | 'draft'
  | 'prerelease'
  | 'replace'
  | 'more'

/** Plans the release; undefined when none is asked for. All that is wrong is told at once (INPUT_INVALID, CONFIG_MISSING). */
export async function planRelease(
  inputs: ReleaseInputs,
  world: Pick<World, 'context' | 'machine' | 'log'>,
): Promise<ReleasePlan | undefined> {
  const { context, machine, log } = world
  const { release = 'true' } = inputs
  const pushed = pushedTag(context)
  if (release === 'false') return undefined
  if (release === 'auto' && pushed === undefined) {
    log.info('nothing is released: the run is not for a git tag')
    return undefined
  }
  const found: Failure[] = []
  const place = await collect(found, () => placeOf(inputs, context))
  const more = await collect(found, () => findReleaseFiles(inputs.assets ?? [], machine.workspace))
  found.push(...notesFailures(inputs.notes))
  throwIfAny(found)
  if (place === undefined) return undefined
  return { ...place, ...wishesOf(inputs), isPushed: place.tag === pushed, more: more ?? [] }
}

function placeOf(
  inputs: ReleaseInputs,
  context: RunContext,
): Pick<ReleasePlan, 'repository' | 'api' | 'server' | 'token' | 'tag'> {
  const { repository, api = 'https://api.github.com', server = 'https://github.com' } = context
  const tag = inputs.tag?.replace(/^refs\/tags\//, '') ?? pushedTag(context)
  const token = inputs['github-token']
  throwIfAny([
    ...tagFailures(tag, inputs),
    ...(token === undefined ? [noToken()] : []),
    ...(repository === undefined ? [noRepository()] : []),
  ])
  return { api, server, repository: repository ?? '', token: token ?? '', tag: tag ?? '' }
}

function wishesOf(
  inputs: ReleaseInputs,
): Pick<ReleasePlan, 'name' | 'notes' | 'draft' | 'prerelease' | 'replace' | 'majorTag'> {
  const { name, notes, draft = false, prerelease = 'auto', replace = false } = inputs
  return { name, notes, draft, prerelease, replace, majorTag: inputs['major-tag'] ?? false }
}

/** A pull request releases nothing, whatever it is for. */
function pushedTag(context: RunContext): string | undefined {
  return isPullRequest(context) ? undefined : tagOf(context)
}

function notesFailures(notes = ''): readonly Failure[] {
  if (notes.length <= mostNotes) return []
  const message = `input "notes" has ${notes.length} letters, and there is room for ${mostNotes}`
  const hint = 'Give a shorter text, and the long one as a file in "assets".'
  return [new Failure('INPUT_INVALID', message, { hint })]
}

function tagFailures(tag: string | undefined, inputs: ReleaseInputs): readonly Failure[] {
  if (tag === undefined) return [noTag(inputs)]
  // A branch's ref would pass as a name, and is never meant.
  if (isTagName(tag) && !tag.startsWith('refs/')) return []
  return [
    new Failure(
      'INPUT_INVALID',
      `input "tag" is ${JSON.stringify(inputs.tag ?? tag)}, which names no git tag`,
      {
        hint: `Write a name like v1.0.0, or "\${{ github.ref_name }}" where the run is for a tag. Git takes ${tagNameRule}.`,
      },
    ),
  ]
}

function noTag({ release }: ReleaseInputs): Failure {
  const message =
    release === undefined
      ? 'input "tag" is not given, and the run is not for a git tag'
      : 'input "release" is "true", and the run is not for a git tag'
  return new Failure('INPUT_INVALID', message, {
    hint:
      release === undefined
        ? 'Give "tag", or start the workflow with "on: push: tags: [v*]".'
        : 'Write "release: auto" to release only when the run is for a git tag: "on: push: tags: [v*]".',
  })
}

function noToken(): Failure {
  return new Failure('INPUT_INVALID', 'input "github-token" is not given, and a release needs it', {
    hint: 'In a workflow of github.com leave it out; elsewhere give a token that may write the contents of the repository.',
  })
}

function noRepository(): Failure {
  return new Failure('INPUT_INVALID', 'it is not known which repository the release is for', {
    hint: 'Run it in a workflow of the repository.',
  })
}
