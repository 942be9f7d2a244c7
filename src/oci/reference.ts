import { Failure } from '../domain/failure.ts'
import { isDigest, type Digest } from '../domain/digest.ts'

/** A repository in a registry. */
export interface ImageRepository {
  /** Host in lower case, with its port when one was given: `ghcr.io`, `127.0.0.1:5000`; Docker Hub is `docker.io`. */
  readonly registry: string
  /** `owner/name`; on Docker Hub `library/name` when no owner was given. */
  readonly path: string
}

/** An image by its tag, its digest or both. */
export interface ImageReference extends ImageRepository {
  readonly tag?: string
  readonly digest?: Digest
}

/**
 * Reads `ghcr.io/owner/name`, `localhost:5000/name`, `name` (Docker Hub), by the grammar of the distribution reference.
 * Fails with INPUT_INVALID when it is none, or has a tag or digest.
 */
export function parseRepository(text: string): ImageRepository {
  const reference = parseReference(text)
  const extra = reference.digest === undefined ? 'tag' : 'digest'
  if (reference.tag !== undefined || reference.digest !== undefined) {
    throw invalid(text, `a repository is wanted here, without a ${extra}`, formatRepository(reference))
  }
  return { registry: reference.registry, path: reference.path }
}

/** Reads an image name with or without tag and digest: `ghcr.io/owner/name:1.0@sha256:…`. Fails with INPUT_INVALID. */
export function parseReference(text: string): ImageReference {
  const scheme = /^[a-z]+:\/\//i.exec(text)
  if (scheme !== null) {
    throw invalid(
      text,
      `it starts with "${scheme[0]}"; image names have no scheme`,
      text.slice(scheme[0].length),
    )
  }
  const [rest = '', digest, ...more] = text.split('@')
  if (more.length > 0) throw invalid(text, 'it has more than one "@"')
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(text, `"${digest}" is not a digest; accepted: sha256: and 64 hex digits in lower case`)
  }
  const [, name = '', tag] = /^(.*?)(?::([^/:]*))?$/.exec(rest) ?? []
  return {
    ...splitRegistry(text, name),
    ...(tag === undefined ? {} : { tag: parseTag(tag) }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** Checks a tag: letters, digits, `_`, `.`, `-`, not starting with `.` or `-`, at most 128 characters. Fails with INPUT_INVALID. */
export function parseTag(text: string): string {
  if (/^\w[\w.-]{0,127}$/.test(text)) return text
  const wrong =
    text === ''
      ? 'it is empty'
      : text.length > 128
        ? `it has ${text.length} characters, 128 are accepted`
        : /^[.-]/.test(text)
          ? `it starts with "${text[0]}"`
          : `${quoted(text.match(/[^\w.-]/gu) ?? [])} may not be in a tag`
  throw new Failure('INPUT_INVALID', `"${text}" is not a tag: ${wrong}`, {
    hint: 'A tag has letters, digits, "_", "." and "-", does not start with "." or "-", and has at most 128 characters.',
  })
}

/** The name that a registry goes by: its host in lower case, `docker.io` for all names of Docker Hub. */
export function registryOfHost(host: string): string {
  const lower = host.toLowerCase()
  return ['index.docker.io', 'registry-1.docker.io'].includes(lower) ? 'docker.io' : lower
}

/** `ghcr.io/owner/name` */
export function formatRepository(repository: ImageRepository): string {
  return `${repository.registry}/${repository.path}`
}

/** `ghcr.io/owner/name:tag@sha256:…`, as far as it has them. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`
  return `${formatRepository(reference)}${tag}${digest}`
}

function splitRegistry(text: string, name: string): ImageRepository {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isHost = /[.:[]/.test(first) || first.toLowerCase() === 'localhost'
  const registry = isHost ? hostOf(text, first) : 'docker.io'
  const path = checkedPath(text, isHost ? name.slice(slash + 1) : name)
  return { registry, path: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path }
}

function hostOf(text: string, host: string): string {
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
  const grammar = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:]+\\])(?::(\\d{1,5}))?$`, 'i')
  const match = grammar.exec(host)
  if (match === null || Number(match[1] ?? 0) > 65_535) {
    throw invalid(text, `"${host}" is not a registry; accepted: a host name with or without a port`)
  }
  return registryOfHost(host)
}

function checkedPath(text: string, path: string): string {
  if (path === '') throw invalid(text, 'it has no repository name')
  if (path.length > 255) throw invalid(text, `its path has ${path.length} characters, 255 are accepted`)
  if (/[A-Z]/.test(path)) {
    throw invalid(
      text,
      `"${path}" has upper case letters, registries take lower case only`,
      text.replace(path, path.toLowerCase()),
    )
  }
  const bad = path.split('/').find(part => !/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part))
  if (bad === undefined) return path
  const strange = bad.match(/[^a-z0-9._-]/gu)
  throw invalid(
    text,
    bad === ''
      ? 'it has an empty part between slashes'
      : strange === null
        ? `"${bad}" has ".", "_" or "-" at an end or in a row; they may stand between letters and digits only`
        : `${quoted(strange)} may not be in "${bad}"; accepted: lower case letters, digits, ".", "_", "-"`,
  )
}

function invalid(text: string, wrong: string, better?: string): Failure {
  const hint = better === undefined ? 'An image name looks like ghcr.io/owner/name.' : `Write ${better}.`
  return new Failure('INPUT_INVALID', `"${text}" is not an image name: ${wrong}`, { hint })
}

function quoted(characters: readonly string[]): string {
  return [...new Set(characters)].map(each => JSON.stringify(each)).join(', ')
}
