import { Failure, type SourcePlace } from '../domain/failure.ts'
import { nearest } from '../domain/nearest.ts'
import type { MelangeFile } from './melange-file.ts'
import type { YamlPath } from './recipe.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

/**
 * Variables (`${{vars.…}}`) that a file uses and does not define, each once, where melange would give up on them; CONFIG_INVALID. Not for
 * runs with a vars-file, which may define any.
 */
export function undefinedVariables(file: MelangeFile): readonly Failure[] {
  const root = isRecord(file.value) ? file.value : {}
  const defined = new Set([...file.known.keys()].flatMap(key => /^vars\.(.+)/.exec(key)?.[1] ?? []))
  for (const each of entriesOf(root['var-transforms']))
    if (isRecord(each)) defined.add(textOr(each['to'], ''))
  const found = new Map<string, Failure>()
  for (const { text, path } of textsOf(root)) {
    for (const match of text.matchAll(/\$\{\{\s*vars\.([^}\s]+)\s*\}\}/g)) {
      const [whole, name = ''] = match
      if (defined.has(name) || found.has(name)) continue
      found.set(
        name,
        notDefined(whole, nearest(name, [...defined]), placeIn({ text, path }, match.index, file)),
      )
    }
  }
  return [...found.values()]
}

function notDefined(whole: string, meant: string | undefined, at: SourcePlace): Failure {
  const hint =
    meant === undefined ? 'Define it below "vars:", or in the input "vars-file".' : `Did you mean "${meant}"?`
  const place = [at.file, at.line, at.column].filter(part => part !== undefined).join(':')
  return new Failure('CONFIG_INVALID', `${place}: ${whole} is not defined`, { at, hint })
}

/** Where the text has an index; that of a block begins below the line of its "|". */
function placeIn({ text, path }: Text, index: number, file: MelangeFile): SourcePlace {
  const start = file.placeOf(path)
  if (!text.includes('\n')) return start
  return { file: start.file, line: (start.line ?? 1) + text.slice(0, index).split('\n').length }
}

interface Text {
  readonly text: string
  readonly path: YamlPath
}

/** What melange fills in in every build: not tests, nor subpackages with a condition, which it may leave out. */
function textsOf(root: Readonly<Record<string, unknown>>): readonly Text[] {
  const subpackages = entriesOf(root['subpackages']).flatMap((part, index) => {
    if (!isRecord(part) || (part['if'] !== undefined && part['if'] !== '')) return []
    const path = ['subpackages', index]
    return [...all(part['name'], [...path, 'name']), ...textsOfPart(part, path)]
  })
  const own = isRecord(root['package']) ? root['package'] : {}
  const environment = isRecord(root['environment']) ? root['environment'] : {}
  return [
    ...['name', 'version', 'epoch'].flatMap(key => all(own[key], ['package', key])),
    ...all(own['dependencies'], ['package', 'dependencies']),
    ...all(environment['contents'], ['environment', 'contents']),
    ...steps(root['pipeline'], ['pipeline']),
    ...subpackages,
  ]
}

function textsOfPart(part: Readonly<Record<string, unknown>>, path: YamlPath): readonly Text[] {
  return [
    ...all(part['dependencies'], [...path, 'dependencies']),
    ...steps(part['pipeline'], [...path, 'pipeline']),
  ]
}

function steps(pipeline: unknown, path: YamlPath): readonly Text[] {
  return entriesOf(pipeline).flatMap((step, index) => {
    if (!isRecord(step)) return []
    const at = [...path, index]
    return [
      ...['runs', 'with', 'working-directory', 'needs'].flatMap(key => all(step[key], [...at, key])),
      ...steps(step['pipeline'], [...at, 'pipeline']),
    ]
  })
}

/** Every text in a value. */
function all(value: unknown, path: YamlPath): readonly Text[] {
  if (typeof value === 'string') return [{ text: value, path }]
  if (Array.isArray(value)) return value.flatMap((each, index) => all(each, [...path, index]))
  return isRecord(value) ? Object.entries(value).flatMap(([key, each]) => all(each, [...path, key])) : []
}
