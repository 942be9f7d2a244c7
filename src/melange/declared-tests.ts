import type { MelangeFile } from './melange-file.ts'
import type { YamlPath } from './recipe.ts'
import { subpackagesOf } from './subpackages.ts'
import { entriesOf, isRecord } from './yaml-value.ts'

/** The tests of a package or subpackage. */
export interface DeclaredTest {
  readonly package: string
  readonly path: YamlPath
  readonly pipeline: unknown
}

/** The `test:` sections of a file that have steps, the package's own first. */
export function declaredTests(file: MelangeFile): readonly DeclaredTest[] {
  const root = isRecord(file.value) ? file.value : {}
  const parts = [
    { name: file.name, value: root, path: [] as YamlPath },
    ...subpackagesOf(root, file.known).map(({ name, index }) => ({
      name,
      value: entriesOf(root['subpackages'])[index],
      path: ['subpackages', index],
    })),
  ]
  return parts.flatMap(({ name, value, path }) => {
    const test = isRecord(value) ? value['test'] : undefined
    const pipeline = isRecord(test) ? test['pipeline'] : undefined
    return entriesOf(pipeline).length === 0 ? [] : [{ package: name, path: [...path, 'test'], pipeline }]
  })
}
