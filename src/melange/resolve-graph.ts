import type { Architecture } from '../domain/architecture.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Machine } from '../domain/machine.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import type { BuildOptions } from './build-request.ts'
import { openCompiler, type CompileFile } from './compile-file.ts'
import { compileRecipes, needMelange } from './compiled-recipe.ts'
import { makeGraph, type PackageGraph } from './graph.ts'
import { openIndexShelf, type IndexShelf } from './index-shelf.ts'
import type { MelangeFile } from './melange-file.ts'
import { declaredRecipe } from './recipe.ts'
import { findUnresolved } from './unresolved-names.ts'

export interface ResolveRequest {
  readonly files: readonly MelangeFile[]
  readonly architectures: readonly Architecture[]
  /** Left out where no file needs it, see {@link asksMelange}. */
  readonly melange: Tool | undefined
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

/** Whether only melange can tell what some of the files make and need. */
export function asksMelange(files: readonly MelangeFile[], options: ResolveRequest['options']): boolean {
  return needMelange(files.map(declaredRecipe), options)
}

/**
 * The graph with what only melange can tell, every name looked up in the repositories.
 * Fails with CONFIG_INVALID for cycles, PACKAGE_UNRESOLVED for names that nobody has; nothing was built by then.
 */
export async function resolveGraph(
  request: ResolveRequest,
  ports: Pick<Ports, 'processes' | 'http' | 'patience' | 'clock' | 'log'>,
): Promise<PackageGraph> {
  const { files, architectures, melange, options, repository: own, machine } = request
  const { shelf = openIndexShelf(machine.workspace, ports) } = request
  const compile = request.compile ?? (melange && openCompiler({ ...request, melange }, ports))
  const declared = files.map(declaredRecipe)
  const recipes = compile ? await compileRecipes(declared, { ...request, compile }) : declared
  const { graph, failures } = makeGraph(recipes)
  const check = { graph, architectures, repositories: options.repositories, own, shelf }
  throwIfAny([...failures, ...(await findUnresolved(check))])
  return graph
}
