import { architectures, findArchitecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { YamlFile } from '../domain/yaml-file.ts'
import { isPackageVersion, splitRevision, suggestVersion, versionRule } from './package-version.ts'
import { hasSubstitution } from './substitution.ts'
import type { Subpackage } from './subpackages.ts'
import { isRecord } from './yaml-value.ts'

/** `package` as written, after the file's own `vars`. */
export interface DeclaredPackage {
  readonly name: string | undefined
  readonly version: string | undefined
  readonly epoch: string | undefined
  readonly description: string
  readonly architectures: readonly string[]
}

/** Everything wrong in `package` of a melange file, each with its place; of a file that is no mapping, that alone. */
export function checkPackage(yaml: YamlFile, declared: DeclaredPackage): readonly Failure[] {
  if (!isRecord(yaml.value)) {
    const at = yaml.placeOf([])
    const message = `${yaml.file}:${at.line}:${at.column}: a melange file is a mapping of keys; this one is ${kindOf(yaml.value)}`
    return [new Failure('CONFIG_INVALID', message, { at, hint: 'It begins with "package:".' })]
  }
  const wrong = (path: readonly (string | number)[], text: string, hint?: string): Failure => {
    const at = yaml.placeOf(path)
    const message = `${yaml.file}:${at.line}:${at.column}: ${path.slice(0, 2).join('.')} ${text}`
    return new Failure('CONFIG_INVALID', message, { at, ...(hint !== undefined && { hint }) })
  }
  const problem = (key: 'name' | 'version' | 'epoch', check: (text: string) => Problem | undefined) => {
    const text = declared[key]
    if (text === undefined || text === '') {
      return [wrong(['package', key], 'is missing', `Add "${key}: ${samples[key]}" below "package:".`)]
    }
    const found = hasSubstitution(text) ? undefined : check(text)
    return found === undefined ? [] : [wrong(['package', key], found.text, found.hint)]
  }
  return [
    ...problem('name', nameProblem),
    ...problem('version', versionProblem),
    ...problem('epoch', epochProblem),
    ...declared.architectures.flatMap((name, index) => {
      const found = architectureProblem(name)
      return found === undefined
        ? []
        : [wrong(['package', 'target-architecture', index], found.text, found.hint)]
    }),
  ]
}

/** Names of subpackages that can't be one, each item of `subpackages` told once. */
export function checkSubpackages(yaml: YamlFile, subpackages: readonly Subpackage[]): readonly Failure[] {
  const found = new Map<number, Failure>()
  for (const { name, index } of subpackages) {
    const problem = hasSubstitution(name) ? undefined : nameProblem(name)
    if (problem === undefined || found.has(index)) continue
    const at = yaml.placeOf(['subpackages', index, 'name'])
    const message = `${yaml.file}:${at.line}:${at.column}: the name of a subpackage ${problem.text}`
    found.set(index, new Failure('CONFIG_INVALID', message, { at }))
  }
  return [...found.values()]
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  return Array.isArray(value) ? 'a list' : 'a single value'
}

interface Problem {
  readonly text: string
  readonly hint?: string
}

const samples = { name: 'my-package', version: '1.0.0', epoch: '0' }

function nameProblem(name: string): Problem | undefined {
  if (/^[a-zA-Z\d][a-zA-Z\d+_.-]*$/.test(name)) return undefined
  return {
    text: `is ${JSON.stringify(name)}; letters, digits, "+", "_", "." and "-" are accepted, the first a letter or digit`,
  }
}

function versionProblem(version: string): Problem | undefined {
  if (isPackageVersion(version)) return undefined
  const text = `is ${JSON.stringify(version)}, which apk cannot compare; accepted: ${versionRule}`
  const revision = splitRevision(version)
  if (revision !== undefined && isPackageVersion(revision.version)) {
    return { text, hint: `Write "version: ${revision.version}" and "epoch: ${revision.epoch}".` }
  }
  const guess = suggestVersion(version)
  return guess === undefined ? { text } : { text, hint: `Write "version: ${guess}".` }
}

function epochProblem(epoch: string): Problem | undefined {
  if (/^\d{1,9}$/.test(epoch)) return undefined
  return { text: `is ${JSON.stringify(epoch)}; a whole number from 0 on is accepted` }
}

function architectureProblem(name: string): Problem | undefined {
  if (name === 'all' || hasSubstitution(name) || architectures.some(({ apk }) => apk === name))
    return undefined
  const known = findArchitecture(name)
  const text = `has ${JSON.stringify(name)}, which melange does not know; accepted: all, ${architectures.map(({ apk }) => apk).join(', ')}`
  return known === undefined ? { text } : { text, hint: `Write "${known.apk}".` }
}
