import { Failure } from '../domain/failure.ts'
import { saidIn } from '../github/words.ts'
import { readRelease, type GithubRelease } from './github-release.ts'
import type { ReleaseRoom } from './room.ts'

export interface Publication {
  readonly draft: GithubRelease
  readonly isLatest: boolean
}

/** Publishes a draft that is complete. Fails with RELEASE_FAILED when GitHub does not take it, with the reason in GitHub's own words. */
export async function publishDraft(
  { draft, isLatest }: Publication,
  { github, path }: ReleaseRoom,
): Promise<GithubRelease> {
  const answer = await github.ask({
    what: `the publication of ${draft.tag}`,
    method: 'PATCH',
    path: `${path}/releases/${draft.id}`,
    accept: [422],
    body: {
      draft: false,
      ...(draft.prerelease ? {} : { make_latest: isLatest ? 'true' : 'false' }),
    },
  })
  if (answer.status === 422) throw refused(draft, saidIn(answer.bytes))
  return readRelease(answer.json)
}

function refused({ tag, url }: GithubRelease, words: string): Failure {
  const said = words.replaceAll(/\s+/g, ' ').trim()
  return new Failure(
    'RELEASE_FAILED',
    `the release of ${tag} is complete, but GitHub does not publish it: ${said}`,
    {
      hint: `${cureOf(words)} The draft: ${url}`,
    },
  )
}

function cureOf(words: string): string {
  if (/used by an immutable release/i.test(words))
    return 'A tag that an immutable release had is never given again: release under a new one.'
  if (/already_exists/.test(words))
    return 'Another run or a person published a release of that tag meanwhile.'
  if (/rule violation|restricted|protected/i.test(words))
    return "A rule of the repository does not let the job make this tag: push the tag yourself, or add the job's app to those who may pass by the rule."
  return 'Publish it by hand to see more.'
}
