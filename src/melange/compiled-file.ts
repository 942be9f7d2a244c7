import { isRecord } from './yaml-value.ts'

/** What `melange compile` answered, in the parts that a content key is made of. */
export interface CompiledFile {
  /** The whole document, without where repositories and keys are. */
  readonly content: unknown
  /** `environment.contents`: names of packages, repositories, keys as written. */
  readonly contents: Readonly<Record<string, unknown>>
}

const places = new Set([
  'repositories',
  'build_repositories',
  'runtime_repositories',
  'keyring',
  'runtime_keyring',
])

/** Parts a compiled document; undefined when it is none. */
export function partCompiled(document: unknown): CompiledFile | undefined {
  const environment = isRecord(document) ? document['environment'] : undefined
  if (!isRecord(document) || !isRecord(environment)) return undefined
  const contents = isRecord(environment['contents']) ? environment['contents'] : {}
  const named = Object.entries(contents).filter(([name]) => !places.has(name))
  const content = { ...document, environment: { ...environment, contents: Object.fromEntries(named) } }
  return { content, contents }
}
