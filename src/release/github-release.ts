import { asObject } from '../domain/json-object.ts'
import { Failure } from '../domain/failure.ts'

/** A release on GitHub, as far as we look at it (REST API, "Releases"). */
export interface GithubRelease {
  readonly id: number
  readonly tag: string
  readonly name: string
  readonly body: string
  readonly draft: boolean
  readonly prerelease: boolean
  /** Published where releases cannot be changed any more. */
  readonly immutable: boolean
  /** Its page. */
  readonly url: string
  /** Where its assets are sent to. */
  readonly uploads: string
  /** ISO 8601; empty for a draft. */
  readonly published: string
  /** The first of them: a list of releases does not promise all. */
  readonly assets: readonly GithubAsset[]
}

export interface GithubAsset {
  readonly id: number
  readonly name: string
  /** `starter` is what is left of an upload that broke. */
  readonly state: string
  readonly size: number
  /** `sha256:…`; undefined on servers that do not compute it. */
  readonly digest: string | undefined
  /** Address that its bytes are had from with a token. */
  readonly api: string
}

/** Reads a release from an answer. Fails with GITHUB_REFUSED when it is something else. */
export function readRelease(json: unknown): GithubRelease {
  const { id, tag_name: tag, html_url: url, upload_url: template, assets, ...rest } = asObject(json) ?? {}
  if (typeof id !== 'number' || typeof tag !== 'string' || typeof url !== 'string') throw garbled('a release')
  return {
    id,
    tag,
    url,
    name: textOf(rest['name']),
    body: textOf(rest['body']),
    draft: rest['draft'] === true,
    prerelease: rest['prerelease'] === true,
    immutable: rest['immutable'] === true,
    uploads: textOf(template).replace(/\{[^}]*\}$/, ''),
    published: textOf(rest['published_at']),
    assets: Array.isArray(assets) ? assets.map(readAsset) : [],
  }
}

/** Reads an asset from an answer. Fails with GITHUB_REFUSED when it is something else. */
export function readAsset(json: unknown): GithubAsset {
  const { id, name, state, size, digest, url } = asObject(json) ?? {}
  if (typeof id !== 'number' || typeof name !== 'string' || typeof size !== 'number')
    throw garbled('an asset')
  return {
    id,
    name,
    size,
    state: textOf(state),
    digest: typeof digest === 'string' ? digest : undefined,
    api: textOf(url),
  }
}

/** Reads a list. Fails with GITHUB_REFUSED when the answer is none. */
export function readList<T>(json: unknown, read: (each: unknown) => T): readonly T[] {
  if (!Array.isArray(json)) throw garbled('a list')
  return json.map(read)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function garbled(what: string): Failure {
  return new Failure('GITHUB_REFUSED', `GitHub answered something that is not ${what}`, {
    hint: 'Is the API that of GitHub itself, and not of a proxy or a login page?',
  })
}
