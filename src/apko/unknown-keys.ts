import type { SourcePlace } from '../domain/failure.ts'
import { nearest } from '../domain/nearest.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { formerKeys } from './apko-features.ts'
import { apkoKeys, type Keys } from './apko-keys.ts'
import { isMapping, type NodePath } from './yaml-walk.ts'

/** Something about an apko file that its author should know, though it may be meant. */
export interface Warning {
  readonly text: string
  readonly at: SourcePlace
}

/** A warning for each key that today's apko does not know, with the known key that is nearest. */
export function findUnknownKeys(file: YamlFile): readonly Warning[] {
  return walk(file, { value: file.value, keys: apkoKeys, path: [] })
}

function walk(
  file: YamlFile,
  { value, keys, path }: { readonly value: unknown; readonly keys: Keys; readonly path: NodePath },
): readonly Warning[] {
  if (keys === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, at) => walk(file, { value: item, keys, path: [...path, at] }))
  }
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([key, child]) => {
    const here = [...path, key]
    const below = keys[key]
    if (below !== undefined) return walk(file, { value: child, keys: below, path: here })
    return [warningOf(file, here, Object.keys(keys))]
  })
}

function warningOf(file: YamlFile, path: NodePath, known: readonly string[]): Warning {
  const key = String(path.at(-1))
  const until = formerKeys[path.join('.')]
  if (until !== undefined) {
    return { text: `apko from ${until} on refuses the key "${key}".`, at: file.placeOf(path) }
  }
  const parent = path.slice(0, -1).filter(step => typeof step === 'string')
  const where = parent.length === 0 ? 'an apko file' : `"${parent.join('.')}" of an apko file`
  const likely = nearest(key, known)
  const advice = likely === undefined ? `it has ${known.join(', ')}` : `did you mean "${likely}"?`
  return {
    text: `${where} has no key "${key}"; ${advice} apko before 0.17 ignores it, later ones refuse the file.`,
    at: file.placeOf(path),
  }
}
