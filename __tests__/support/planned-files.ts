import { findArchitecture } from '../../src/domain/architecture.ts'
import type { ApkoFile } from '../../src/apko/apko-file.ts'
import type { Architecture } from '../../src/domain/architecture.ts'
import type { MelangeFile } from '../../src/melange/melange-file.ts'

export function arch(name: string): Architecture {
  const found = findArchitecture(name)
  if (found === undefined) throw new Error(`no architecture ${name}`)
  return found
}

/** An apko file as the survey would have read it. */
export function apkoFile(file: string, archs: readonly string[] = []): ApkoFile {
  return {
    file,
    name: (file.split('/').at(-1) ?? '').replace(/\.yaml$/, ''),
    architectures: archs.map(arch),
    repositories: [],
    buildRepositories: [],
    packages: [],
    annotations: {},
    checksum: undefined,
    needs: [],
    warnings: [],
    placeOf: () => ({ file }),
    placeOfPackage: () => undefined,
    placeOfRepository: () => undefined,
  }
}

export function melangeFile(name: string): MelangeFile {
  return {
    file: `${name}.yaml`,
    absolute: `/w/${name}.yaml`,
    folder: '/w',
    name,
    version: '1.0.0',
    epoch: 0,
    description: '',
    subpackages: [],
    architectures: [],
    known: new Map(),
    value: {},
    indexOfSubpackage: () => -1,
    placeOf: () => ({ file: `${name}.yaml` }),
  }
}
