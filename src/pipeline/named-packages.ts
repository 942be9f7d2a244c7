import { isAbsolute, relative, resolve } from 'node:path'
import type { SourcePlace } from '../domain/failure.ts'
import type { BuiltImage } from '../domain/image.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import { declaredRecipe } from '../melange/recipe.ts'
import type { NamedPackages } from '../scan/source-lines.ts'
import type { ImagePlan } from './plan.ts'

/**
 * Where the files of an image name packages: the apko file first, then the run-time dependencies of what this run built and the image
 * has. Places are relative to the workspace, as GitHub wants them.
 */
export function namedPackages(
  { plan, built }: { readonly plan: ImagePlan; readonly built: BuiltImage },
  melange: readonly MelangeFile[],
  workspace: string,
): NamedPackages {
  const installed = new Set(built.platforms.flatMap(({ apks }) => apks.map(({ name }) => name)))
  const mentions = new Map<string, SourcePlace>()
  for (const file of melange) {
    const made = declaredRecipe(file).packages.filter(({ name }) => installed.has(name))
    for (const { text, path } of made.flatMap(({ runtime }) => runtime)) {
      const name = text.replace(/[<>=~@].*$/s, '').trim()
      if (!mentions.has(name)) mentions.set(name, placed(file.placeOf(path), workspace))
    }
  }
  return {
    placeOf(name) {
      const inImage = plan.file.placeOfPackage(name)
      return inImage === undefined ? mentions.get(name) : placed(inImage, workspace)
    },
    file: placed(plan.file.placeOf(['contents', 'packages']), workspace),
  }
}

function placed(place: SourcePlace, workspace: string): SourcePlace {
  const inside = relative(workspace, resolve(workspace, place.file))
  return inside.startsWith('..') || isAbsolute(inside) ? place : { ...place, file: inside }
}
