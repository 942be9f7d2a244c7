import { asObject } from '../domain/json-object.ts'
import { Failure } from '../domain/failure.ts'
import { findPublished } from './find-releases.ts'
import type { ReleaseRoom } from './room.ts'

export interface RefusedMove {
  readonly name: string
  readonly tag: string
  /** GitHub's own. */
  readonly words: string
}

/** TAG_REFUSED with the reason: an immutable release of that tag, or the rules of the repository by their names. */
export async function refusedMove({ name, tag, words }: RefusedMove, room: ReleaseRoom): Promise<Failure> {
  const [release, rules] = await Promise.all([findPublished(name, room), rulesOfTags(room)])
  const message = `${name} is not moved to ${tag}: GitHub answered 422: ${words}`
  if (release?.immutable) {
    return new Failure('TAG_REFUSED', message, {
      hint: `${name} is the tag of an immutable release (${release.url}), which keeps its commit for ever. A tag that is to move must have no release.`,
    })
  }
  const named = rules.length === 0 ? '' : ` (${rules.join(', ')})`
  return new Failure('TAG_REFUSED', message, {
    hint: `A rule for tags of the repository or its organisation${named} forbids it: leave ${name} out of the rule, or let the app of the job pass by it.`,
  })
}

async function rulesOfTags({ github, path }: ReleaseRoom): Promise<readonly string[]> {
  const answer = await github.ask({
    what: 'the rules of the repository',
    method: 'GET',
    path: `${path}/rulesets?targets=tag&per_page=100`,
    accept: [403, 404],
  })
  const list: readonly unknown[] = Array.isArray(answer.json) ? answer.json : []
  return list.flatMap(each => {
    const { name, enforcement } = asObject(each) ?? {}
    return typeof name === 'string' && enforcement === 'active' ? [JSON.stringify(name)] : []
  })
}
