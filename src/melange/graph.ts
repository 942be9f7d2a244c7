import type { Failure } from '../domain/failure.ts'
import { clashesOf } from './graph-clashes.ts'
import { cycleFailure, findCycles } from './graph-cycles.ts'
import { levelsOf } from './graph-levels.ts'
import type { MelangeFile } from './melange-file.ts'
import { findProviders } from './providers.ts'
import { reachOf, type Reach } from './reach.ts'
import type { Mention, Recipe } from './recipe.ts'

/** Melange files, and which must be built before which. */
export interface PackageGraph {
  /** Each after all that it needs: by level, then as the files were given. */
  readonly nodes: readonly GraphNode[]
}

export interface GraphNode {
  /** The file's path as it was named; unique. */
  readonly id: string
  readonly file: MelangeFile
  /** Names of its packages and subpackages. */
  readonly packages: readonly string[]
  /** 0 for a file that needs no other; else one more than the highest of those that it needs. */
  readonly level: number
  /** Files that must be built first: what its build environment installs, and what that installs along with it. */
  readonly needs: readonly string[]
  /** Files whose packages are installed along with its own; they may be built later. */
  readonly runtime: readonly string[]
  /** Files whose packages its tests install; they may be built later. */
  readonly tests: readonly string[]
  /** Names that no other file has: repositories must. */
  readonly external: readonly ExternalName[]
}

/** A name that repositories must have when the file is built. */
export interface ExternalName {
  readonly name: string
  readonly mention: Mention
  /** The file that mentions it: another one when its package is installed along. */
  readonly file: MelangeFile
  /** Repositories of the environment that it is installed in. */
  readonly repositories: readonly string[]
  /** Why no file will do, though one has the name: `liba.yaml makes 1.0.0-r0`. */
  readonly unsuited?: string
}

/**
 * The graph of the recipes, and all that is wrong with it: CONFIG_INVALID on the line that closes each cycle, and for packages
 * that two files make. Files of a cycle are not among the nodes, nor is what needs them. Pure.
 */
export function makeGraph(recipes: readonly Recipe[]): { graph: PackageGraph; failures: readonly Failure[] } {
  const providers = findProviders(recipes)
  const reached = new Map(recipes.map(recipe => [recipe.file.file, reachOf(recipe, providers)]))
  const needs = new Map([...reached].map(([id, { needs: files }]) => [id, [...files.keys()]]))
  const levels = levelsOf(needs)
  const cycles = findCycles(needs, levels)
  const nodes = recipes.flatMap((recipe): GraphNode[] => {
    const id = recipe.file.file
    const [level, reach] = [levels.get(id), reached.get(id)]
    return level === undefined || reach === undefined ? [] : [nodeOf(recipe, level, reach)]
  })
  return {
    graph: { nodes: nodes.sort((a, b) => a.level - b.level) },
    failures: [...clashesOf(recipes), ...cycles.map(cycle => cycleFailure(cycle, reached))],
  }
}

function nodeOf({ file, packages }: Recipe, level: number, reach: Reach): GraphNode {
  return {
    id: file.file,
    file,
    packages: packages.map(({ name }) => name),
    level,
    needs: [...reach.needs.keys()],
    runtime: reach.runtime,
    tests: reach.tests,
    external: reach.external,
  }
}
