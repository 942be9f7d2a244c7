import { asObject } from '../domain/json-object.ts'
import { Failure } from '../domain/failure.ts'
import type { ReleaseRoom } from './room.ts'

/** A tag of the repository as it is on GitHub. */
export interface GitTag {
  readonly name: string
  /** What the ref names: a commit, or a tag object of its own (annotated, perhaps signed). */
  readonly object: { readonly type: string; readonly sha: string }
  /** Commit that it leads to. */
  readonly commit: string
  /** What its tag object says; undefined for a lightweight tag. */
  readonly annotation?: { readonly message: string; readonly signed: boolean }
}

/** The tag of that name, with one more request when it is annotated; undefined when there is none. */
export async function readTag(name: string, room: ReleaseRoom): Promise<GitTag | undefined> {
  const { github, path } = room
  const what = `the tag ${name}`
  const ref = `tags/${name.split('/').map(encodeURIComponent).join('/')}`
  const answer = await github.ask({ what, method: 'GET', path: `${path}/git/ref/${ref}`, accept: [404] })
  if (answer.status === 404) return undefined
  return peel(name, objectOf(answer.json, what), room)
}

/** Follows a tag object to its commit. */
export async function peel(name: string, object: GitTag['object'], room: ReleaseRoom): Promise<GitTag> {
  if (object.type !== 'tag') return { name, object, commit: object.sha }
  const what = `the tag ${name}`
  const { json } = await room.github.ask({ what, method: 'GET', path: `${room.path}/git/tags/${object.sha}` })
  const { message, verification } = asObject(json) ?? {}
  const signature = asObject(verification)?.['signature']
  const target = objectOf(json, what)
  const commit = target.type === 'tag' ? (await peel(name, target, room)).commit : target.sha
  const text = typeof message === 'string' ? message : ''
  return { name, object, commit, annotation: { message: text, signed: typeof signature === 'string' } }
}

/** The `object` of a ref or of a tag object. */
export function objectOf(json: unknown, what: string): GitTag['object'] {
  const { type, sha } = asObject(asObject(json)?.['object']) ?? {}
  if (typeof type === 'string' && typeof sha === 'string') return { type, sha }
  throw new Failure('GITHUB_REFUSED', `${what}: GitHub answered something that is not a ref`, {
    hint: 'Is the API that of GitHub itself?',
  })
}
