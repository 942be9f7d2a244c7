import { basename, dirname, normalize } from 'node:path'
import type { Architecture } from '../domain/architecture.ts'
import { Failure, type SourcePlace } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Need } from '../domain/need.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { featuresOf } from './apko-features.ts'
import { readArchitectures } from './apko-architectures.ts'
import { readIncludes } from './apko-include.ts'
import { addressOf, withoutLogin } from './local-repository.ts'
import { packageNameOf } from './package-name.ts'
import { readTexts } from './texts.ts'
import { findUnknownKeys, type Warning } from './unknown-keys.ts'
import { isMapping, nodeAt, type NodePath } from './yaml-walk.ts'

/** An apko file with what it includes merged in, as far as we need to know it. */
export interface ApkoFile {
  /** Path as the user gave it. */
  readonly file: string
  /** Base name without its ending: `apko`. */
  readonly name: string
  /** Its own `archs`; empty when it has none. */
  readonly architectures: readonly Architecture[]
  /** Lines of `contents.repositories`: `packages`, `@local packages`, `https://…`. */
  readonly repositories: readonly string[]
  /** Lines of `contents.build_repositories`, which are not stored in the image. */
  readonly buildRepositories: readonly string[]
  /** Entries of `contents.packages`: `busybox`, `busybox=1.36.1-r2`. */
  readonly packages: readonly string[]
  /** Its own `annotations`. */
  readonly annotations: Readonly<Record<string, string>>
  /** What apko's locks call its checksum; undefined when it includes what was not read. */
  readonly checksum: string | undefined
  /** What it asks for that not every version of apko does. */
  readonly needs: readonly Need[]
  /** To be shown; nothing that stops us. */
  readonly warnings: readonly Warning[]
  /** Place of a node, in the included file when only that one has it. */
  placeOf(path: NodePath): SourcePlace
  /** Place in `contents.packages` that asks for a package by its bare name; undefined when none does. */
  placeOfPackage(name: string): SourcePlace | undefined
  /** Place that names a repository, given its address or the address of something in it; undefined when none does. */
  placeOfRepository(address: string): SourcePlace | undefined
}

/**
 * Reads an apko file and its includes. `absolute` is where it is, `file` its path as the user gave it; the workspace, which
 * includes are relative to, is the folder that `file` is relative to, when not given. Fails with CONFIG_MISSING or
 * CONFIG_INVALID, all that is wrong at once.
 */
export async function readApkoFile(
  absolute: string,
  file: string,
  workspace = workspaceOf(absolute, file),
): Promise<ApkoFile> {
  const { files, warnings, checksum } = await readIncludes(absolute, file, workspace)
  const found: Failure[] = []
  const gather = (...path: string[]): readonly string[] => {
    return files.toReversed().flatMap(each => readTexts(each, path, found))
  }
  const packages = gather('contents', 'packages')
  const repositories = gather('contents', 'repositories')
  const buildRepositories = gather('contents', 'build_repositories')
  const architectures = files.map(each => readArchitectures(each, found)).find(list => list.length > 0) ?? []
  for (const each of files) refuseErofs(each, found)
  throwIfAny(found)
  const placeOf = (path: NodePath): SourcePlace => {
    const [main] = files
    return (files.find(each => nodeAt(each.value, path) !== undefined) ?? main).placeOf(path)
  }
  return {
    file,
    name: basename(file).replace(/\.ya?ml$/i, ''),
    architectures,
    repositories,
    buildRepositories,
    packages,
    annotations: Object.assign({}, ...files.toReversed().map(annotationsIn)) as Record<string, string>,
    checksum,
    needs: files.flatMap(featuresOf),
    warnings: [...warnings, ...files.flatMap(findUnknownKeys)],
    placeOf,
    placeOfPackage: name => placeOfEntry(files, 'packages', entry => packageNameOf(entry) === name),
    placeOfRepository: address => {
      const isIn = (line: string): boolean =>
        `${withoutLogin(address)}/`.startsWith(`${withoutLogin(addressOf(line))}/`)
      return placeOfEntry(files, 'repositories', isIn) ?? placeOfEntry(files, 'build_repositories', isIn)
    },
  }
}

function annotationsIn({ value }: YamlFile): Readonly<Record<string, string>> {
  const found = nodeAt(value, ['annotations'])
  const texts = isMapping(found) ? Object.entries(found).filter(([, text]) => typeof text === 'string') : []
  return Object.fromEntries(texts) as Record<string, string>
}

function workspaceOf(absolute: string, file: string): string {
  const end = `/${normalize(file)}`
  return absolute.endsWith(end) ? absolute.slice(0, -end.length) || '/' : dirname(absolute)
}

/** Place of the first entry in a list of `contents` for which `test` holds. */
function placeOfEntry(
  files: readonly YamlFile[],
  list: string,
  test: (entry: string) => boolean,
): SourcePlace | undefined {
  for (const file of files) {
    const path = ['contents', list]
    const entries = nodeAt(file.value, path)
    const at = Array.isArray(entries) ? entries.findIndex(entry => test(String(entry))) : -1
    if (at >= 0) return file.placeOf([...path, at])
  }
  return undefined
}

function refuseErofs(file: YamlFile, found: Failure[]): void {
  if (nodeAt(file.value, ['format']) !== 'erofs') return
  const at = file.placeOf(['format'])
  const message = `${at.file}:${at.line}: layers in the format "erofs" are not supported; accepted: tar`
  const hint = 'What is installed is read from the layers, so that the SBOM is complete; leave "format" out.'
  found.push(new Failure('CONFIG_INVALID', message, { at, hint }))
}
