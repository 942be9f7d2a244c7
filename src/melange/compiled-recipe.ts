import type { Architecture } from '../domain/architecture.ts'
import { usesVars } from './build-arguments.ts'
import type { BuildOptions } from './build-request.ts'
import type { CompileFile } from './compile-file.ts'
import { declaredRecipe, isUnsure, type Mention, type Recipe, type YamlPath } from './recipe.ts'
import { sideBySide } from './side-by-side.ts'
import { hasSubstitution } from './substitution.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

export interface CompileRequest {
  readonly compile: CompileFile
  readonly architectures: readonly Architecture[]
  readonly options: Pick<BuildOptions, 'pipelineDirs' | 'varsFile'>
  /** Programs that run side by side at most. */
  readonly jobs: number
}

/**
 * Recipes as melange itself compiles them, where the file alone does not tell all: pipelines bring packages along, variables are
 * transformed or come from a file. What melange can't compile stays as the file declares it; its build tells why.
 */
export async function compileRecipes(
  recipes: readonly Recipe[],
  request: CompileRequest,
): Promise<readonly Recipe[]> {
  const results = await sideBySide(recipes, request.jobs, async recipe =>
    needsMelange(recipe, recipes.length, request.options) ? compile(recipe, request) : recipe,
  )
  return results.map(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

/** Whether any of the recipes is not told by its file alone. */
export function needMelange(recipes: readonly Recipe[], options: CompileRequest['options']): boolean {
  return recipes.some(recipe => needsMelange(recipe, recipes.length, options))
}

/** Packages of pipelines matter for the order alone, so not when there is one file. */
function needsMelange(recipe: Recipe, files: number, options: CompileRequest['options']): boolean {
  const bringsAlong = files > 1 && textOfFile(recipe).includes('"uses":')
  return isUnsure(recipe) || usesVarsFile(recipe, options) || bringsAlong
}

async function compile(recipe: Recipe, request: CompileRequest): Promise<Recipe> {
  const { file } = recipe
  const differs = textOfFile(recipe).includes('build.arch') || request.options.pipelineDirs.length > 0
  const targets = request.architectures.filter(
    ({ apk }) => file.architectures.length === 0 || file.architectures.includes(apk),
  )
  const compiled: Recipe[] = []
  for (const { apk } of differs ? targets : targets.slice(0, 1)) {
    const value = await request.compile(file, apk)
    if (value === undefined) return recipe
    compiled.push(declaredRecipe({ ...file, ...identityOf(value, recipe), value: withoutPipelines(value) }))
  }
  return merge(recipe, compiled)
}

const textOfFile = ({ file }: Recipe): string => JSON.stringify(file.value ?? '')

function usesVarsFile({ file }: Recipe, { varsFile }: CompileRequest['options']): boolean {
  return varsFile !== undefined && usesVars(file)
}

/** Name and version may hold what only melange fills in. */
function identityOf(value: unknown, { file }: Recipe): { name: string; version: string } {
  const made = isRecord(value) && isRecord(value['package']) ? value['package'] : {}
  return { name: textOr(made['name'], file.name), version: textOr(made['version'], file.version) }
}

/** melange has gathered what the steps need; what is left in them is of steps that it leaves out. */
function withoutPipelines(value: unknown): unknown {
  if (!isRecord(value)) return value
  const strip = (part: unknown): unknown =>
    isRecord(part)
      ? {
          ...part,
          if: undefined,
          pipeline: undefined,
          ...(isRecord(part['test']) && { test: strip(part['test']) }),
        }
      : part
  const whole = strip(value)
  return { ...(isRecord(whole) && whole), subpackages: entriesOf(value['subpackages']).map(strip) }
}

/** One recipe for all architectures; places are those of the file, since the compiled text has none. */
function merge(declared: Recipe, compiled: readonly Recipe[]): Recipe {
  const [first = declared] = compiled
  const packages = new Map(compiled.flatMap(each => each.packages).map(made => [made.name, made]))
  const runtimes = declared.packages.flatMap(({ runtime }) => runtime)
  return {
    ...first,
    file: declared.file,
    packages: [...packages.values()].map(made => ({
      ...made,
      runtime: made.runtime.map(placedBy(runtimes)),
    })),
    needs: merged(compiled.map(({ needs }) => needs)).map(placedBy(declared.needs, ['pipeline'])),
    tests: merged(compiled.map(({ tests }) => tests)).map(placedBy(declared.tests, ['test'])),
  }
}

/** Each text once; what not every architecture has is there sometimes. */
function merged(lists: readonly (readonly Mention[])[]): readonly Mention[] {
  const texts = new Map(lists.flat().map(mention => [mention.text, mention]))
  return [...texts.values()].map(mention =>
    lists.every(list => list.some(({ text }) => text === mention.text))
      ? mention
      : { ...mention, sometimes: true },
  )
}

/** Where the file writes the text, as far as that can be told; else where what brings it along stands. */
function placedBy(written: readonly Mention[], otherwise?: YamlPath): (mention: Mention) => Mention {
  return mention => {
    const found =
      written.find(({ text }) => text === mention.text) ??
      written.find(({ text }) => hasSubstitution(text) && patternOf(text).test(mention.text)) ??
      written.find(({ path }) => path.join('.') === mention.path.join('.'))
    return { ...mention, path: found?.path ?? otherwise ?? mention.path }
  }
}

function patternOf(text: string): RegExp {
  const parts = text.split(/\$\{\{.*?\}\}/).map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
