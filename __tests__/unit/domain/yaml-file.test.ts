import { describe, expect, it } from 'vitest'
import { parseYamlFile, readYamlFile } from '../../../src/domain/yaml-file.ts'

describe('parseYamlFile', () => {
  const file = parseYamlFile(
    'a.yaml',
    'package:\n  name: x\npipeline:\n  - runs: |\n      true\n  - uses: fetch\n',
  )

  it.each([
    [['package', 'name'], 2, 9],
    [['pipeline', 1], 6, 5],
    [['pipeline', 1, 'with'], 6, 5],
    [['nothing'], 1, 1],
  ])('place of %j', (path, line, column) => {
    expect(file.placeOf(path)).toEqual({ file: 'a.yaml', line, column })
  })

  it.each([
    ['a: [1,\nb: 2\n', 2],
    ['a: 1\na: 2\n', 2],
    ['a:\n\t- b\n', 2],
  ])('names the line of broken YAML %j', (text, line) => {
    expect(() => parseYamlFile('b.yaml', text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        at: expect.objectContaining({ file: 'b.yaml', line }),
      }),
    )
  })
})

it('says that a file is not there', async () => {
  await expect(readYamlFile('/nonexistent/a.yaml', 'a.yaml')).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    message: 'cannot read a.yaml: there is no such file',
  })
})
