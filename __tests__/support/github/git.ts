import { createHash } from 'node:crypto'
import { notFound, refused, type Area, type Site } from './area.ts'
import { compareCommits } from './history.ts'

/** What a ref or a tag object names. */
export interface GitObject {
  readonly type: 'commit' | 'tag'
  readonly sha: string
}

export interface TagObject {
  readonly tag: string
  readonly message: string
  readonly object: GitObject
  readonly signature: string | null
}

export interface GitOptions {
  /** Commits with their parents. */
  readonly commits: Readonly<Record<string, readonly string[]>>
  /** Tags by name: a commit, or an annotated tag. */
  readonly tags?: Readonly<Record<string, string>>
  readonly annotated?: Readonly<Record<string, { readonly commit: string; readonly signature?: string }>>
}

/** The refs of the repository. */
export interface Git {
  readonly area: Area
  /** By `tags/v1`. */
  readonly refs: Map<string, GitObject>
  readonly tagObjects: Map<string, TagObject>
  /** Rulesets that restrict tags, by name: what they cover. */
  readonly rules: Map<string, RegExp>
  /** Tags of published releases that are immutable; set by the releases. */
  frozen: (tag: string) => boolean
  /** Commit that a tag leads to. */
  commitOf(tag: string): string | undefined
  hasCommit(sha: string): boolean
}

export function openGit({ commits, tags = {}, annotated = {} }: GitOptions): Git {
  const refs = new Map<string, GitObject>()
  const tagObjects = new Map<string, TagObject>()
  const rules = new Map<string, RegExp>()
  for (const [name, sha] of Object.entries(tags)) refs.set(`tags/${name}`, { type: 'commit', sha })
  for (const [name, { commit, signature = null }] of Object.entries(annotated)) {
    const object: GitObject = { type: 'commit', sha: commit }
    refs.set(`tags/${name}`, annotate({ tag: name, message: `About ${name}\n`, object, signature }))
  }
  function annotate(tag: TagObject): GitObject {
    const sha = createHash('sha1')
      .update(`${tagObjects.size} ${JSON.stringify(tag)}`)
      .digest('hex')
    tagObjects.set(sha, tag)
    return { type: 'tag', sha }
  }
  const objectOf = (sha: string): GitObject => ({ type: tagObjects.has(sha) ? 'tag' : 'commit', sha })
  const isKnown = (sha: string): boolean => sha in commits || tagObjects.has(sha)
  const peel = (object: GitObject | undefined): string | undefined =>
    object?.type === 'tag' ? peel(tagObjects.get(object.sha)?.object) : object?.sha
  const git: Git = {
    refs,
    tagObjects,
    rules,
    frozen: () => false,
    hasCommit: sha => sha in commits,
    commitOf: tag => peel(refs.get(`tags/${tag}`)),
    area: {
      'GET /repos/{owner}/{repo}/git/ref/{ref}': ({ params }, site) => {
        const object = refs.get(params['ref'] ?? '')
        return object === undefined
          ? notFound
          : { status: 200, body: refBody(params['ref'] ?? '', object, site) }
      },
      'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': ({ params }, site) => {
        const found = [...refs].filter(([name]) => name.startsWith(params['ref'] ?? ''))
        const bodies = found.map(([name, object]) => refBody(name, object, site))
        return { status: 200, body: bodies }
      },
      'GET /repos/{owner}/{repo}/git/tags/{tag_sha}': ({ params }, site) => {
        const tag = tagObjects.get(params['tag_sha'] ?? '')
        return tag === undefined
          ? notFound
          : { status: 200, body: tagBody(params['tag_sha'] ?? '', tag, site) }
      },
      'POST /repos/{owner}/{repo}/git/tags': ({ body }, site) => {
        const sha = String(body['object'])
        if (!isKnown(sha)) return refused(422, 'Validation Failed', ['Object does not exist'])
        const tag = {
          tag: String(body['tag']),
          message: String(body['message']),
          object: objectOf(sha),
          signature: null,
        }
        const made = annotate(tag)
        return { status: 201, body: tagBody(made.sha, tag, site) }
      },
      'POST /repos/{owner}/{repo}/git/refs': ({ body }, site) => {
        const ref = String(body['ref'])
        const name = ref.replace(/^refs\//, '')
        if (!/^refs\/(heads|tags)\/./.test(ref)) return refused(422, `${ref} is not a valid ref name.`)
        if (refs.has(name)) return refused(422, 'Reference already exists')
        if (!isKnown(String(body['sha']))) return refused(422, 'Object does not exist')
        const rule = ruleOf(name, rules)
        if (rule)
          return refused(
            422,
            `Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n`,
          )
        refs.set(name, objectOf(String(body['sha'])))
        return { status: 201, body: refBody(name, objectOf(String(body['sha'])), site) }
      },
      'PATCH /repos/{owner}/{repo}/git/refs/{ref}': ({ params, body }, site) => {
        const name = params['ref'] ?? ''
        const now = refs.get(name)
        const sha = String(body['sha'])
        if (now === undefined) return refused(422, 'Reference does not exist')
        if (!isKnown(sha)) return refused(422, 'Object does not exist')
        if (git.frozen(name.replace('tags/', '')))
          return refused(422, 'Cannot update this protected ref: tag belongs to an immutable release.')
        if (ruleOf(name, rules))
          return refused(422, 'Repository rule violations found\n\nCannot update this protected ref.\n\n')
        const isAhead = compareCommits(peel(now) ?? '', peel(objectOf(sha)) ?? '', commits) === 'ahead'
        if (body['force'] !== true && !isAhead) return refused(422, 'Update is not a fast forward')
        refs.set(name, objectOf(sha))
        return { status: 200, body: refBody(name, objectOf(sha), site) }
      },
      'GET /repos/{owner}/{repo}/compare/{basehead}': ({ params }) => {
        const [base = '', head = ''] = (params['basehead'] ?? '').split('...')
        const status = compareCommits(base, head, commits)
        // Of the many fields only these are looked at; as bytes they are not held against the description.
        return status === undefined
          ? notFound
          : { status: 200, body: Buffer.from(JSON.stringify({ status })) }
      },
      'GET /repos/{owner}/{repo}/rulesets': ({ query }, { owner, repo }) => {
        const list = [...rules.keys()].map((name, at) => ({
          id: at + 1,
          name,
          target: query.get('targets') ?? 'tag',
          source_type: 'Repository',
          source: `${owner}/${repo}`,
          enforcement: 'active',
        }))
        return { status: 200, body: list }
      },
    },
  }
  return git
}

function ruleOf(name: string, rules: ReadonlyMap<string, RegExp>): string | undefined {
  return [...rules].find(([, covers]) => covers.test(name.replace('tags/', '')))?.[0]
}

function refBody(name: string, object: GitObject, { api, owner, repo }: Site): object {
  const url = `${api}/repos/${owner}/${repo}/git`
  const of = { ...object, url: `${url}/${object.type}s/${object.sha}` }
  return { ref: `refs/${name}`, node_id: `R_${name}`, url: `${url}/refs/${name}`, object: of }
}

function tagBody(sha: string, { signature, object, ...tag }: TagObject, { api, owner, repo }: Site): object {
  const url = `${api}/repos/${owner}/${repo}/git`
  const reason = signature === null ? 'unsigned' : 'valid'
  return {
    ...tag,
    node_id: `T_${sha}`,
    sha,
    url: `${url}/tags/${sha}`,
    tagger: { name: 'octo', email: 'octo@example.org', date: '2026-01-01T00:00:00Z' },
    object: { ...object, url: `${url}/${object.type}s/${object.sha}` },
    verification: { verified: signature !== null, reason, signature, payload: null, verified_at: null },
  }
}
