import { architectures, findArchitecture, type Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { readTexts } from './texts.ts'

/** The `archs` of a file, each once; also spelled as apko allows (`arm/v7`). What is unknown goes to `found`. */
export function readArchitectures(file: YamlFile, found: Failure[]): readonly Architecture[] {
  const texts = readTexts(file, ['archs'], found)
  const known = texts.flatMap((text, index) => {
    const architecture = findArchitecture(text) ?? findArchitecture(`linux/${text}`)
    if (architecture === undefined) {
      const at = file.placeOf(['archs', index])
      const message = `${at.file}:${at.line}:${at.column}: "archs" has the unknown architecture "${text}"`
      const hint = `Accepted: ${architectures.map(({ name }) => name).join(', ')}.`
      found.push(new Failure('CONFIG_INVALID', message, { at, hint }))
    }
    return architecture ?? []
  })
  return [...new Set(known)]
}
