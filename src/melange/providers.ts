import { isSatisfied, readDependency, type Dependency } from './dependency.ts'
import type { Recipe, RecipePackage } from './recipe.ts'

/** A package that has a name, and the file that makes it. */
export interface Provider {
  readonly recipe: Recipe
  readonly made: RecipePackage
}

/** Who among the files has a name. */
export interface Providers {
  /** Those whose version will do: packages of that very name, else all that provide it. */
  find(wanted: Dependency): readonly Provider[]
  /** Those of any version. */
  ofAnyVersion(name: string): readonly Provider[]
  readonly names: Iterable<string>
}

interface Offer extends Provider {
  /** Versions under which it has the name. */
  readonly versions: readonly string[]
}

export function findProviders(recipes: readonly Recipe[]): Providers {
  const [named, provided] = [new Map<string, Offer[]>(), new Map<string, Offer[]>()]
  const add = (map: Map<string, Offer[]>, name: string, offer: Offer): void => {
    const known = map.get(name)
    if (known === undefined) map.set(name, [offer])
    else known.push(offer)
  }
  for (const recipe of recipes) {
    for (const made of recipe.packages) {
      add(named, made.name, { recipe, made, versions: [made.version] })
      for (const text of made.provides) {
        const entry = readDependency(text)
        // apk looks at the package's own version as well.
        if (entry !== undefined)
          add(provided, entry.name, { recipe, made, versions: [entry.version, made.version] })
      }
    }
  }
  const offersOf = (name: string): readonly Offer[] => named.get(name) ?? provided.get(name) ?? []
  return {
    find: wanted => {
      const suits = ({ versions }: Offer): boolean =>
        versions.some(version => version !== '' && isSatisfied(wanted, version))
      const suited = (named.get(wanted.name) ?? []).filter(suits)
      return suited.length > 0 ? suited : (provided.get(wanted.name) ?? []).filter(suits)
    },
    ofAnyVersion: offersOf,
    get names() {
      return new Set([...named.keys(), ...provided.keys()])
    },
  }
}
