import { asObject } from '../domain/json-object.ts'
import { Failure } from '../domain/failure.ts'
import { saidIn } from '../github/words.ts'
import type { GitTag } from './git-tag.ts'
import type { ReleaseRoom } from './room.ts'

export interface TagWrite {
  readonly name: string
  /** The tag as it is; undefined when it is not there. */
  readonly now: GitTag | undefined
  /** The version it shall name, and its commit. */
  readonly tag: string
  readonly commit: string
  /** Also where it leads away from its history, as on a branch for an older line. */
  readonly isForced: boolean
}

export interface TagWritten {
  /** GitHub's words when it does not take it. */
  readonly refused?: string
  /** Not taken since it would not lead forward; or somebody else was faster. */
  readonly isBehind?: true
}

/**
 * Writes a tag once. An annotated one stays annotated; a signed one is not replaced, since the job cannot sign: TAG_REFUSED.
 * Without force GitHub takes it only where it leads forward.
 */
export async function writeTag(write: TagWrite, room: ReleaseRoom): Promise<TagWritten> {
  const { name, now, commit, isForced } = write
  const { github, path, ports } = room
  if (now?.annotation?.signed) throw isSigned(write)
  const sha = now?.annotation === undefined ? commit : await annotate(write, now.annotation.message, room)
  const what = `the tag ${name}`
  const answer =
    now === undefined
      ? await github.ask({
          what,
          method: 'POST',
          path: `${path}/git/refs`,
          body: { ref: `refs/tags/${name}`, sha },
          accept: [422],
          repeatable: true,
        })
      : await github.ask({
          what,
          method: 'PATCH',
          path: `${path}/git/refs/tags/${name}`,
          body: { sha, force: isForced },
          accept: [422],
        })
  if (answer.status === 422) {
    const words = saidIn(answer.bytes)
    const isBehind = /fast.?forward|already exists|does not exist/i.test(words)
    return isBehind ? { isBehind } : { refused: words.replaceAll(/\s+/g, ' ').trim() }
  }
  ports.log.info(`${name} ${now === undefined ? 'is made' : `is moved from ${now.commit}`}: ${write.tag}`)
  return {}
}

async function annotate(
  { name, tag, commit }: TagWrite,
  message: string,
  { github, path, ports }: ReleaseRoom,
): Promise<string> {
  const { json } = await github.ask({
    what: `the tag object of ${name}`,
    method: 'POST',
    path: `${path}/git/tags`,
    body: { tag: name, message: message.trim() === '' ? tag : message, object: commit, type: 'commit' },
    repeatable: true,
  })
  const sha = asObject(json)?.['sha']
  if (typeof sha !== 'string')
    throw new Failure('GITHUB_REFUSED', `${name}: GitHub answered something that is not a tag`)
  ports.log.info(`${name} is an annotated tag and stays one`)
  return sha
}

function isSigned({ name, tag }: TagWrite): Failure {
  return new Failure('TAG_REFUSED', `${name} is a signed tag, and a job cannot sign one in its place`, {
    hint: `Move it with your own key: git tag --sign --force ${name} ${tag}^{} && git push --force origin ${name}`,
  })
}
