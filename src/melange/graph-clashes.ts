import { Failure } from '../domain/failure.ts'
import type { Recipe } from './recipe.ts'

/** Packages of one name and version that two files would make for the same architecture: CONFIG_INVALID each. */
export function clashesOf(recipes: readonly Recipe[]): readonly Failure[] {
  const failures: Failure[] = []
  const makers = new Map<string, Recipe[]>()
  for (const recipe of recipes) {
    const titles = new Set(recipe.packages.map(({ name, version }) => `${name} ${version}`))
    for (const title of titles) {
      const known = makers.get(title) ?? []
      const other = known.find(each => sharesArchitecture(each, recipe))
      if (other !== undefined) failures.push(clash(title, other, recipe))
      makers.set(title, [...known, recipe])
    }
  }
  return failures
}

function sharesArchitecture({ file: a }: Recipe, { file: b }: Recipe): boolean {
  if (a.architectures.length === 0 || b.architectures.length === 0) return true
  return a.architectures.some(name => b.architectures.includes(name))
}

function clash(title: string, { file: first }: Recipe, { file }: Recipe): Failure {
  const at = file.placeOf(['package', 'name'])
  return new Failure(
    'CONFIG_INVALID',
    `${file.file}:${at.line}:${at.column}: makes ${title}, which ${first.file} makes as well`,
    { at, hint: 'Give one of them another name, version or epoch, or leave one of the files out.' },
  )
}
