import { dirname } from 'node:path'
import { Failure, type SourcePlace } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { readYamlFile, type YamlFile } from '../domain/yaml-file.ts'
import { checkPackage, checkSubpackages, type DeclaredPackage } from './package-check.ts'
import { subpackagesOf } from './subpackages.ts'
import { substitute, type Substitutions } from './substitution.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

/** What we need to know of a melange file; melange itself reads all of it. */
export interface MelangeFile {
  /** Path as the user gave it. */
  readonly file: string
  readonly absolute: string
  /** Absolute folder that it lies in. */
  readonly folder: string
  readonly name: string
  /** Without epoch: `1.0.0`. */
  readonly version: string
  readonly epoch: number
  readonly description: string
  /** Names; what only melange can fill in is left as `${{…}}`. */
  readonly subpackages: readonly string[]
  /** apk names of `target-architecture`; empty when it builds for all. */
  readonly architectures: readonly string[]
  /** What `${{…}}` stands for, as far as the file tells it: `vars.…`, `package.…`. */
  readonly known: Substitutions
  /** The parsed document. */
  readonly value: unknown
  placeOf(path: readonly (string | number)[]): SourcePlace
  /** Which item of `subpackages` makes the subpackage; -1 when none does. */
  indexOfSubpackage(name: string): number
}

/**
 * Reads a melange file. Everything wrong in `package` and the names of subpackages is told at once: CONFIG_INVALID with file, line and column.
 * Fails with CONFIG_MISSING when it can't be read.
 */
export async function readMelangeFile(absolute: string, file: string): Promise<MelangeFile> {
  const yaml = await readYamlFile(absolute, file)
  const known = knownValues(yaml)
  const declared = declaredPackage(yaml, known)
  const named = namedValues(known, declared)
  const subpackages = subpackagesOf(yaml.value, named)
  throwIfAny([...checkPackage(yaml, declared), ...checkSubpackages(yaml, subpackages)])
  const targets = declared.architectures.filter(name => name !== 'all')
  return {
    file,
    absolute,
    folder: dirname(absolute),
    name: declared.name ?? '',
    version: declared.version ?? '',
    epoch: Number(declared.epoch),
    description: declared.description,
    subpackages: subpackages.map(({ name }) => name),
    architectures: targets,
    known: named,
    value: yaml.value,
    placeOf: path => yaml.placeOf(path),
    indexOfSubpackage: name => subpackages.find(each => each.name === name)?.index ?? -1,
  }
}

function declaredPackage(yaml: YamlFile, known: Substitutions): DeclaredPackage {
  const given = isRecord(yaml.value) && isRecord(yaml.value['package']) ? yaml.value['package'] : {}
  const text = (key: string): string | undefined => {
    const written = yaml.textOf(['package', key])
    return written === undefined ? undefined : substitute(written, known)
  }
  return {
    name: text('name'),
    version: text('version'),
    epoch: text('epoch'),
    description: textOr(given['description'], '').trim(),
    architectures: entriesOf(given['target-architecture']).map(each => substitute(textOr(each, ''), known)),
  }
}

function knownValues(yaml: YamlFile): Substitutions {
  const vars = isRecord(yaml.value) && isRecord(yaml.value['vars']) ? yaml.value['vars'] : {}
  return new Map(Object.keys(vars).map(name => [`vars.${name}`, yaml.textOf(['vars', name]) ?? ''] as const))
}

function namedValues(known: Substitutions, { name, version, epoch }: DeclaredPackage): Substitutions {
  return new Map([
    ...known,
    ['package.name', name ?? ''],
    ['package.version', version ?? ''],
    ['package.epoch', epoch ?? ''],
    ['package.full-version', `${version}-r${epoch}`],
  ])
}

/**
 * The architectures among `wanted` that the file builds for.
 * Fails with CONFIG_INVALID when it builds for none of them.
 */
export function targetsOf<A extends { readonly apk: string }>(
  file: MelangeFile,
  wanted: readonly A[],
): readonly A[] {
  if (file.architectures.length === 0) return wanted
  const targets = wanted.filter(({ apk }) => file.architectures.includes(apk))
  if (targets.length > 0) return targets
  const at = file.placeOf(['package', 'target-architecture'])
  const names = wanted.map(({ apk }) => apk).join(', ')
  throw new Failure(
    'CONFIG_INVALID',
    `${file.file}:${at.line}:${at.column}: package.target-architecture is ${file.architectures.join(', ')}, but ${names} is wanted`,
    { at, hint: 'Add the architecture to the file, or leave it out of the input "platforms".' },
  )
}
