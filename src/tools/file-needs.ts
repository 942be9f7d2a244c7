import type { Feature, Need } from '../domain/need.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { featureVersions } from './ability-versions.ts'

/** The needs of an apko file: every part of it that not every apko knows, with its place. */
export function needsOfApkoFile(file: YamlFile): readonly Need[] {
  return Object.keys(featureVersions)
    .filter((feature): feature is Feature => feature in featureVersions)
    .filter(feature => isSet(file.value, feature.split('.')))
    .map(feature => {
      const at = file.placeOf(feature.split('.'))
      return { tool: 'apko', ability: { feature }, because: { text: file.file, at } }
    })
}

function isSet(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined && value !== null
  return typeof value === 'object' && value !== null && isSet(Reflect.get(value, step), rest)
}
