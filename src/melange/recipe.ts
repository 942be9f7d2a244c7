import type { MelangeFile } from './melange-file.ts'
import { subpackagesOf } from './subpackages.ts'
import { hasSubstitution, substitute, type Substitutions } from './substitution.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

export type YamlPath = readonly (string | number)[]

/** A dependency as a file writes it, and where. */
export interface Mention {
  readonly text: string
  readonly path: YamlPath
  /** Whether it depends on a condition (`if`), so perhaps not on every architecture. */
  readonly sometimes?: true
}

/** A package or subpackage of a file. */
export interface RecipePackage {
  readonly name: string
  /** With its epoch: `1.0.0-r0`. */
  readonly version: string
  /** Further names, `so:liba.so.1=1`. */
  readonly provides: readonly string[]
  /** What is installed along with it. */
  readonly runtime: readonly Mention[]
}

/** What a melange file makes, and what it needs for it. */
export interface Recipe {
  readonly file: MelangeFile
  readonly packages: readonly RecipePackage[]
  /** Packages of the build environment. */
  readonly needs: readonly Mention[]
  /** Packages of the test environments. */
  readonly tests: readonly Mention[]
  /** Repositories of the build environment: paths or URLs, relative to the workspace. */
  readonly repositories: readonly string[]
  readonly testRepositories: readonly string[]
}

/**
 * Reads a recipe from the file itself. `${{vars.…}}`, `${{package.…}}` and `${{range.…}}` are filled in as melange does, which
 * knows no others in names; what is left (`var-transforms`) only melange can tell.
 */
export function declaredRecipe(file: MelangeFile): Recipe {
  const root = isRecord(file.value) ? file.value : {}
  const subpackages = subpackagesOf(root, file.known)
  const own = subpackages.map(({ index, values }) => {
    const value = recordAt(entriesOf(root['subpackages']), index)
    return { value, path: ['subpackages', index], values }
  })
  const version = `${file.version}-r${file.epoch}`
  const main = { value: recordAt(root, 'package'), path: ['package'], values: file.known }
  const named = [
    { ...main, name: file.name },
    ...own.map((part, i) => ({ ...part, name: subpackages[i]?.name ?? '' })),
  ]
  const environments = [
    environmentOf(recordAt(root, 'test'), ['test'], file.known),
    ...own.map(({ value, path, values }) =>
      environmentOf({ ...recordAt(value, 'test'), if: value['if'] }, [...path, 'test'], values),
    ),
  ]
  const build = environmentOf(root, [], file.known)
  return {
    file,
    packages: named.map(part => ({ name: part.name, version, ...dependenciesOf(part) })),
    needs: [
      ...build.packages,
      ...own.flatMap(({ value, path, values }) => pipelineNeeds(value, path, values)),
    ],
    tests: environments.flatMap(({ packages }) => packages),
    repositories: build.repositories,
    testRepositories: environments.flatMap(({ repositories }) => repositories),
  }
}

/** Whether something in the names is left that only melange can tell. */
export function isUnsure({ packages, needs, tests }: Recipe): boolean {
  const texts = packages.flatMap(({ name, version, provides, runtime }) => [
    name,
    version,
    ...provides,
    ...runtime.map(({ text }) => text),
  ])
  return [...texts, ...[...needs, ...tests].map(({ text }) => text)].some(hasSubstitution)
}

interface Part {
  readonly value: Readonly<Record<string, unknown>>
  readonly path: YamlPath
  readonly values: Substitutions
}

function dependenciesOf({ value, path, values }: Part): Pick<RecipePackage, 'provides' | 'runtime'> {
  const dependencies = recordAt(value, 'dependencies')
  const runtime = mentionsOf(dependencies['runtime'], [...path, 'dependencies', 'runtime'], values)
  const provides = mentionsOf(dependencies['provides'], [...path, 'dependencies', 'provides'], values)
  return { runtime, provides: provides.map(({ text }) => text) }
}

function environmentOf(value: Readonly<Record<string, unknown>>, path: YamlPath, values: Substitutions) {
  const contents = recordAt(recordAt(value, 'environment'), 'contents')
  const at = [...path, 'environment', 'contents']
  const repositories = ['repositories', 'build_repositories'].flatMap(key =>
    mentionsOf(contents[key], [...at, key], values),
  )
  return {
    packages: [
      ...mentionsOf(contents['packages'], [...at, 'packages'], values),
      ...pipelineNeeds(value, path, values),
    ],
    repositories: repositories.map(({ text }) => text),
  }
}

/** `needs.packages` of the steps of a part, however deep. */
function pipelineNeeds(
  part: Readonly<Record<string, unknown>>,
  path: YamlPath,
  values: Substitutions,
): readonly Mention[] {
  return entriesOf(part['pipeline']).flatMap((step, index) => {
    if (!isRecord(step)) return []
    const at = [...path, 'pipeline', index]
    const inside = isSet(step['if']) || isSet(part['if']) ? { ...step, if: step['if'] ?? part['if'] } : step
    const own = mentionsOf(recordAt(step, 'needs')['packages'], [...at, 'needs', 'packages'], values)
    const needs = isSet(inside['if']) ? own.map(each => ({ ...each, sometimes: true as const })) : own
    return [...needs, ...pipelineNeeds(inside, at, values)]
  })
}

const isSet = (value: unknown): boolean => value !== undefined && value !== ''

function mentionsOf(list: unknown, path: YamlPath, values: Substitutions): readonly Mention[] {
  return entriesOf(list).flatMap((entry, index) => {
    // melange fills in twice: variables may hold variables.
    const text = substitute(substitute(textOr(entry, ''), values), values)
    return text === '' ? [] : [{ text, path: [...path, index] }]
  })
}

function recordAt(value: unknown, key: string | number): Readonly<Record<string, unknown>> {
  const found: unknown = Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined
  return isRecord(found) ? found : {}
}
