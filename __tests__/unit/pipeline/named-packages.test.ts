import { expect, it } from 'vitest'
import { parseYamlFile } from '../../../src/domain/yaml-file.ts'
import type { BuiltImage } from '../../../src/domain/image.ts'
import { namedPackages } from '../../../src/pipeline/named-packages.ts'
import { apkoFile, melangeFile } from '../../support/planned-files.ts'

const recipe = parseYamlFile(
  './packages/senhas.yaml',
  `package:
  name: senhas
  version: 1.0.0
  epoch: 0
  dependencies:
    runtime:
      - python3>=3.12
      - busybox
subpackages:
  - name: senhas-doc
    dependencies:
      runtime:
        - man-pages
`,
)
const melange = {
  ...melangeFile('senhas'),
  file: recipe.file,
  value: recipe.value,
  subpackages: ['senhas-doc'],
  placeOf: (path: readonly (string | number)[]) => recipe.placeOf(path),
}

function named(...installed: readonly string[]) {
  const apko = parseYamlFile(
    '/w/images/apko.yaml',
    'contents:\n  packages:\n    - senhas\n    - busybox=1.36\n',
  )
  const file = {
    ...apkoFile('/w/images/apko.yaml'),
    placeOf: (path: readonly (string | number)[]) => apko.placeOf(path),
    placeOfPackage: (name: string) => {
      const at = ['senhas', 'busybox'].indexOf(name)
      return at < 0 ? undefined : apko.placeOf(['contents', 'packages', at])
    },
  }
  const apks = installed.map(name => ({ name, version: '1', arch: 'x86_64', checksum: 'Q1' }))
  const built = { platforms: [{ apks }] } as unknown as BuiltImage
  return namedPackages(
    { plan: { file, architectures: [], name: 'demo', repositories: [], tags: [] }, built },
    [melange],
    '/w',
  )
}

it('the apko file comes first, by its path in the workspace', () => {
  const { file, ...lines } = named('senhas', 'busybox')
  expect(lines.placeOf('busybox')).toEqual({ file: 'images/apko.yaml', line: 4, column: 7 })
  expect(file).toMatchObject({ file: 'images/apko.yaml', line: 2 })
})

it('then what a recipe needs at run time, without the version', () => {
  expect(named('senhas').placeOf('python3')).toEqual({ file: 'packages/senhas.yaml', line: 7, column: 9 })
  expect(named('senhas').placeOf('python')).toBeUndefined()
})

it('of what the image has: a subpackage that is not in it brings nothing in', () => {
  expect(named('senhas').placeOf('man-pages')).toBeUndefined()
  expect(named('senhas', 'senhas-doc').placeOf('man-pages')).toMatchObject({ line: 13 })
})
