import type { Architecture } from '../domain/architecture.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Machine } from '../domain/machine.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import type { BuildOptions } from './build-request.ts'
import { openCompiler, type CompileFile } from './compile-file.ts'
import { compileRecipes } from './compiled-recipe.ts'
import { makeGraph, type PackageGraph } from './graph.ts'
import { openIndexShelf, type IndexShelf } from './index-shelf.ts'
import type { MelangeFile } from './melange-file.ts'
import { declaredRecipe } from './recipe.ts'
import { findUnresolved } from './unresolved-names.ts'

export interface ResolveRequest {
  readonly files: readonly MelangeFile[]
  readonly architectures: readonly Architecture[]
  readonly melange: Tool
  readonly machine: Machine
  readonly options: Pick<BuildOptions, 'pipelineDirs' | 'varsFile' | 'envFile' | 'repositories'>
  /** Absolute folder that is built into. */
  readonly repository: string
  readonly jobs: number
  /** Shared with whoever asks the same in this run. */
  readonly compile?: CompileFile
  readonly shelf?: IndexShelf
}

/** The graph that the files declare. Pure; see {@link makeGraph} for the failures. */
export function declaredGraph(files: readonly MelangeFile[]): ReturnType<typeof makeGraph> {
  return makeGraph(files.map(declaredRecipe))
}

/**
 * The graph with what only melange can tell, every name looked up in the repositories.
 * Fails with CONFIG_INVALID for cycles, PACKAGE_UNRESOLVED for names that nobody has; nothing was built by then.
 */
export async function resolveGraph(
  request: ResolveRequest,
  ports: Pick<Ports, 'processes' | 'http' | 'patience' | 'clock' | 'log'>,
): Promise<PackageGraph> {
  const { files, architectures, options, repository: own, machine } = request
  const { compile = openCompiler(request, ports), shelf = openIndexShelf(machine.workspace, ports) } = request
  const recipes = await compileRecipes(files.map(declaredRecipe), { ...request, compile })
  const { graph, failures } = makeGraph(recipes)
  throwIfAny(failures)
  const { repositories } = options
  throwIfAny(await findUnresolved({ graph, architectures, repositories, own, shelf }))
  return graph
}
