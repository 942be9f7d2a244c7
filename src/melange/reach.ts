import { readDependency, type Dependency } from './dependency.ts'
import type { ExternalName } from './graph.ts'
import type { Provider, Providers } from './providers.ts'
import type { Mention, Recipe } from './recipe.ts'
import { hasSubstitution } from './substitution.ts'

/** What one file needs of others. */
export interface Reach {
  readonly recipe: Recipe
  /** By file: the mention that leads there, and the packages in between. Holds the file itself only when others lead back to it. */
  readonly needs: ReadonlyMap<string, Way>
  readonly runtime: readonly string[]
  readonly tests: readonly string[]
  readonly external: readonly ExternalName[]
}

export interface Way {
  /** In the needing file. */
  readonly mention: Mention
  /** Package that the mention installs, when that is not of the file reached: it needs the latter when it runs. */
  readonly through: string | undefined
}

/** Follows what a file's environments install, and what that installs along with it, over all files. */
export function reachOf(recipe: Recipe, providers: Providers): Reach {
  const build = walk({ recipe, providers, mentions: recipe.needs, repositories: recipe.repositories })
  const testRepositories = [...recipe.testRepositories, ...recipe.repositories]
  const tests = walk({ recipe, providers, mentions: recipe.tests, repositories: testRepositories, own: true })
  const runtime = recipe.packages.flatMap(made => made.runtime)
  const along = walk({ recipe, providers, mentions: runtime, repositories: [], own: true })
  const others = (ways: ReadonlyMap<string, Way>): readonly string[] =>
    [...ways.keys()].filter(id => id !== recipe.file.file)
  return {
    recipe,
    needs: build.ways,
    runtime: others(along.ways),
    tests: others(tests.ways),
    external: [...build.external, ...tests.external],
  }
}

interface Walk {
  readonly recipe: Recipe
  readonly providers: Providers
  readonly mentions: readonly Mention[]
  readonly repositories: readonly string[]
  /** Whether the file's own packages are there already. */
  readonly own?: boolean
}

interface Step {
  readonly by: Recipe
  readonly mention: Mention
  /** The mention in the file that the walk began in, and the package that it installs. */
  readonly first: Mention
  readonly through: string | undefined
}

function walk(wish: Walk) {
  const { recipe } = wish
  const ways = new Map<string, Way>()
  const external = new Map<string, ExternalName>()
  const seen = new Set<unknown>()
  const steps = wish.mentions.map((mention): Step => ({
    by: recipe,
    mention,
    first: mention,
    through: undefined,
  }))
  for (const step of steps) {
    const wanted = hasSubstitution(step.mention.text) ? undefined : readDependency(step.mention.text)
    if (wanted === undefined) continue
    const found = usable(step, wanted, wish)
    if (found.length === 0) {
      const { by, mention } = step
      external.set(`${by.file.file} ${mention.path.join('.')}`, outside(step, wanted, wish))
    }
    for (const { recipe: reached, made } of found) {
      if (!ways.has(reached.file.file))
        ways.set(reached.file.file, { mention: step.first, through: step.through })
      if (seen.has(made)) continue
      seen.add(made)
      const through = step.through ?? made.name
      steps.push(...made.runtime.map(mention => ({ by: reached, mention, first: step.first, through })))
    }
  }
  return { ways, external: [...external.values()] }
}

/** What a file's own environment names is not the package that it is about to make. */
function usable(
  { by, through }: Step,
  wanted: Dependency,
  { recipe, providers, own }: Walk,
): readonly Provider[] {
  const found = providers.find(wanted)
  const isDirect = by === recipe && through === undefined && own !== true
  return isDirect ? found.filter(each => each.recipe !== recipe) : found
}

function outside(
  { by, mention }: Step,
  { name }: Dependency,
  { providers, repositories }: Walk,
): ExternalName {
  const others = providers.ofAnyVersion(name)
  const base = { name, mention, file: by.file, repositories }
  if (others.length === 0) return base
  const texts = others.map(({ recipe, made }) =>
    recipe === by ? 'only this one makes it' : `${recipe.file.file} makes ${made.version}`,
  )
  return { ...base, unsuited: [...new Set(texts)].join(', ') }
}
