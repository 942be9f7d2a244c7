import { Failure } from '../domain/failure.ts'
import { foreseen } from '../domain/outcome.ts'
import { readList } from './github-release.ts'
import { objectOf, peel, type GitTag } from './git-tag.ts'
import { majorTagsOf, newerVersions, type MajorTag } from './major-tags.ts'
import { refusedMove } from './refused-move.ts'
import type { ReleaseRoom } from './room.ts'
import { writeTag } from './write-tag.ts'
import { asObject } from '../domain/json-object.ts'

export interface MajorMove {
  /** The version that was released: `v1.2.3`. */
  readonly tag: string
  readonly commit: string
}

export interface MovedTags {
  /** Tags that name the version now. */
  readonly moved: readonly string[]
  /** TAG_REFUSED for each that could not be moved, with the reason. */
  readonly failures: readonly Failure[]
}

const mostRounds = 4

/**
 * Moves `v1` and `v1.2` to a version. Never to a pre-release and never backwards, which is told; what a rule, an immutable
 * release or a signature forbids is a failure. Each is compared before it is written and read again after.
 */
export async function moveMajorTags(move: MajorMove, room: ReleaseRoom): Promise<MovedTags> {
  const tags = majorTagsOf(move.tag)
  const { log } = room.ports
  if (tags.length === 0) {
    log.notice(`no tag like v1 is moved: ${move.tag} is a pre-release, or no version`)
    return { moved: [], failures: [] }
  }
  const refs = await listRefs(tags[0]?.name ?? '', room)
  const outcomes = await Promise.all(
    tags.map(async major => {
      try {
        return { name: major.name, isMoved: await moveOne(major, { move, refs }, room) }
      } catch (error) {
        return { name: major.name, isMoved: false, failures: foreseen(error) }
      }
    }),
  )
  return {
    moved: outcomes.filter(({ isMoved }) => isMoved).map(({ name }) => name),
    failures: outcomes.flatMap(({ failures = [] }) => failures),
  }
}

type Ref = Pick<GitTag, 'name' | 'object'>

async function moveOne(
  major: MajorTag,
  { move, refs }: { readonly move: MajorMove; readonly refs: readonly Ref[] },
  room: ReleaseRoom,
): Promise<boolean> {
  const { name } = major
  const { log } = room.ports
  let known = refs
  let now = await lookUp(name, known, room)
  let isForced = false
  for (let round = 0; round < mostRounds; round += 1) {
    if (now?.commit === move.commit) {
      if (round === 0) log.info(`${name} is ${move.tag} already`)
      return true
    }
    const newer = await newerThan(now, { major, move, refs: known }, room)
    if (newer !== undefined) {
      log.notice(`${name} stays where it is: it names ${newer}`)
      return false
    }
    const { refused, isBehind } = await writeTag({ name, now, ...move, isForced }, room)
    if (refused !== undefined) throw await refusedMove({ name, ...move, words: refused }, room)
    const before: GitTag | undefined = now
    known = await listRefs(name, room)
    now = await lookUp(name, known, room)
    isForced = isBehind === true && now?.object.sha === before?.object.sha
  }
  throw new Failure('TAG_REFUSED', `${name} is moved by others all the time, to ${now?.commit}`, {
    hint: `Run it again, or move it by hand: git push --force origin ${move.tag}^{}:refs/tags/${name}`,
  })
}

async function lookUp(name: string, refs: readonly Ref[], room: ReleaseRoom): Promise<GitTag | undefined> {
  const found = refs.find(ref => ref.name === name)
  return found === undefined ? undefined : peel(name, found.object, room)
}

/** What a tag names that is newer than the version; undefined when it may be moved there. */
async function newerThan(
  now: GitTag | undefined,
  {
    major,
    move,
    refs,
  }: { readonly major: MajorTag; readonly move: MajorMove; readonly refs: readonly Ref[] },
  room: ReleaseRoom,
): Promise<string | undefined> {
  if (now === undefined) return undefined
  const newer = await Promise.all(
    newerVersions(major, move.tag, refs).map(({ name, object }) => peel(name, object, room)),
  )
  const named = newer.find(({ commit }) => commit === now.commit)
  if (named !== undefined) return `${named.name}, which is newer than ${move.tag}`
  const { github, path } = room
  const answer = await github.ask({
    what: `what is between ${now.name} and ${move.tag}`,
    method: 'GET',
    // The second page of one commit each: the changed files come with the first only.
    path: `${path}/compare/${now.commit}...${move.commit}?per_page=1&page=2`,
    accept: [404],
  })
  return asObject(answer.json)?.['status'] === 'behind'
    ? `${now.commit}, a later commit than ${move.tag}`
    : undefined
}

async function listRefs(prefix: string, { github, path }: ReleaseRoom): Promise<readonly Ref[]> {
  const what = `the tags ${prefix}…`
  const refs: Ref[] = []
  const pages = github.pages({ what, path: `${path}/git/matching-refs/tags/${prefix}` })
  for await (const { json } of pages) {
    refs.push(
      ...readList(json, each => {
        const ref = asObject(each)?.['ref']
        const name = typeof ref === 'string' ? ref.replace('refs/tags/', '') : ''
        return { name, object: objectOf(each, what) }
      }),
    )
  }
  return refs
}
