import { Failure } from '../domain/failure.ts'
import type { GitTag } from './git-tag.ts'
import type { ReleaseWish } from './wish.ts'

/**
 * Whether the tag is one that what was built may be released under (RELEASE_FAILED otherwise). A tag that is not there yet is
 * made by GitHub when the release is published, unless the run is for that very tag: then somebody deleted it meanwhile.
 */
export function checkTag(
  { tag, isPushed, commit }: Pick<ReleaseWish, 'tag' | 'isPushed' | 'commit'>,
  found: GitTag | undefined,
): void {
  if (found === undefined) {
    if (isPushed) {
      throw new Failure(
        'RELEASE_FAILED',
        `the tag ${tag}, which this run is for, is not in the repository any more`,
        {
          hint: 'Push it again; that starts a new run.',
        },
      )
    }
    if (commit !== undefined) return
    throw new Failure(
      'RELEASE_FAILED',
      `the tag ${tag} is not in the repository, and no commit is known to make it of`,
      {
        hint: 'Push the tag first.',
      },
    )
  }
  const names = [found.commit, found.object.sha]
  if (commit === undefined || names.includes(commit)) return
  throw new Failure(
    'RELEASE_FAILED',
    `the tag ${tag} names the commit ${found.commit}, and ${commit} was built`,
    {
      hint: `Run it for the tag (on a push of ${tag}, or "ref: ${tag}" for actions/checkout in the run that builds), or release under a new tag.`,
    },
  )
}
