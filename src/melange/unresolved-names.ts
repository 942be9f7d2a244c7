import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { nearest } from '../domain/nearest.ts'
import type { ExternalName, PackageGraph } from './graph.ts'
import type { IndexShelf } from './index-shelf.ts'

export interface NameCheck {
  readonly graph: PackageGraph
  readonly architectures: readonly Architecture[]
  /** Repositories of every environment, besides those that the files name. */
  readonly repositories: readonly string[]
  /** The repository that is built into; it may be empty. */
  readonly own: string
  readonly shelf: IndexShelf
}

/**
 * Names that neither the files nor the repositories have: PACKAGE_UNRESOLVED each, on its line, with the nearest name. Where one of
 * an environment's repositories can't be read, or none is named, nothing is said.
 */
export async function findUnresolved(check: NameCheck): Promise<readonly Failure[]> {
  const missing = new Map<string, Missing>()
  for (const node of check.graph.nodes) {
    const targets = check.architectures.filter(
      ({ apk }) => node.file.architectures.length === 0 || node.file.architectures.includes(apk),
    )
    for (const external of node.external.filter(({ mention }) => mention.sometimes === undefined)) {
      for (const { apk } of targets) {
        const known = await lookUp(external, apk, check)
        if (known === undefined) continue
        const key = `${external.file.file} ${external.mention.path.join('.')}`
        const before = missing.get(key)
        missing.set(key, { external, known, on: [...(before?.on ?? []), apk], of: targets.length })
      }
    }
  }
  const made = check.graph.nodes.flatMap(({ packages }) => packages)
  return [...missing.values()].map(each => unresolved(each, made))
}

interface Missing {
  readonly external: ExternalName
  /** What its repositories have. */
  readonly known: readonly ReadonlySet<string>[]
  readonly on: readonly string[]
  readonly of: number
}

/** Undefined when a repository has the name, or that can't be known; else all names of the repositories. */
async function lookUp(
  { name, repositories }: ExternalName,
  apk: string,
  check: NameCheck,
): Promise<readonly ReadonlySet<string>[] | undefined> {
  // apk finds the owner of a file by its path, of which the index does not tell.
  if (name.startsWith('/')) return undefined
  const ours = await check.shelf.find(check.own, apk)
  if (ours?.names.has(name)) return undefined
  const known: ReadonlySet<string>[] = []
  for (const repository of new Set([...repositories, ...check.repositories])) {
    const index = await check.shelf.find(repository, apk)
    if (index === undefined || index.names.has(name)) return undefined
    known.push(index.names)
  }
  return known.length === 0 ? undefined : known
}

function unresolved({ external, known, on, of }: Missing, made: readonly string[]): Failure {
  const { mention, file, unsuited } = external
  const at = file.placeOf(mention.path)
  const where = on.length === of ? '' : ` for ${on.join(', ')}`
  const what =
    unsuited === undefined
      ? `neither these files nor the repositories have${where}`
      : `the repositories do not have${where}; of these files, ${unsuited}`
  const text = `${JSON.stringify(mention.text)} is a package that ${what}`
  const message = `${at.file}:${at.line}:${at.column}: ${text}`
  return new Failure('PACKAGE_UNRESOLVED', message, { at, hint: hintFor({ external, known }, made) })
}

function hintFor(
  { external: { name, unsuited }, known }: Pick<Missing, 'external' | 'known'>,
  made: readonly string[],
): string {
  if (unsuited !== undefined) return 'Ask for a version that there is, or add a repository that has it.'
  const near = nearest(name, likely(name, [made, ...known]))
  const otherwise =
    'Check the name, and that a repository (environment.contents.repositories, "repository-append") has it.'
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`
  if (!/^(so|cmd|pc):/.test(name)) return otherwise
  return `${otherwise} When one of these files makes it, let it say so in "dependencies.provides": the order is known before anything is built.`
}

/** Names of a length that a slip could have led from. */
function* likely(name: string, sources: readonly Iterable<string>[]): Iterable<string> {
  const slack = Math.max(2, Math.floor(name.length / 3))
  for (const names of sources) {
    for (const each of names) if (Math.abs(each.length - name.length) <= slack) yield each
  }
}
