import type { Feature, Need } from '../domain/need.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { nodesAt } from './yaml-walk.ts'

/**
 * Keys that came to apko's file after 0.11. apko before 0.17 ignores silently what it does not know, later ones refuse the
 * file; which version first acts on a key, the tools room knows. Keys of lists are found in every item.
 */
const features: Readonly<Record<Feature, true>> = {
  'contents.baseimage': true,
  'contents.build_repositories': true,
  'contents.runtime_repositories': true,
  'contents.runtime_keyring': true,
  layering: true,
  certificates: true,
  'certificates.providers': true,
  format: true,
}

/** Keys that apko knew once; the first version that refuses them. */
export const formerKeys: Readonly<Record<string, string>> = { 'os-release': '0.17.0' }

/** What a file asks for that not every apko does, each at the first place that asks. */
export function featuresOf(file: YamlFile): readonly Need[] {
  return Object.keys(features)
    .filter((feature): feature is Feature => feature in features)
    .flatMap(feature => {
      const [path] = nodesAt(file.value, feature.split('.'))
      const because = { text: file.file, at: file.placeOf(path ?? []) }
      return path === undefined ? [] : [{ tool: 'apko', ability: { feature }, because }]
    })
}
