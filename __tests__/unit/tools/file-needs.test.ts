import { describe, expect, it } from 'vitest'
import { parseYamlFile } from '../../../src/domain/yaml-file.ts'
import { needsOfApkoFile } from '../../../src/tools/file-needs.ts'

const text = `contents:
  repositories: [https://example.com]
  runtime_keyring:
    - name: a.rsa.pub
  build_repositories: ['@local ./packages']
certificates:
  providers: [ca]
layering:
  strategy: origin
  budget: 6
format:
`

describe('needsOfApkoFile', () => {
  it('finds what not every apko knows, and where', () => {
    const needs = needsOfApkoFile(parseYamlFile('env/apko.yaml', text))
    const found = needs.map(({ ability, because }) => ({ ...ability, line: because.at?.line }))
    expect(found).toHaveLength(5)
    expect(found).toEqual(
      expect.arrayContaining([
        { feature: 'contents.runtime_keyring', line: 4 },
        { feature: 'contents.build_repositories', line: 5 },
        { feature: 'certificates', line: 7 },
        { feature: 'certificates.providers', line: 7 },
        { feature: 'layering', line: 9 },
      ]),
    )
    expect(needs[0]).toMatchObject({ tool: 'apko', because: { text: 'env/apko.yaml' } })
  })

  it.each(['', 'contents: {packages: [a]}', '- a', 'contents: text'])('finds nothing in "%s"', yaml => {
    expect(needsOfApkoFile(parseYamlFile('apko.yaml', yaml))).toEqual([])
  })
})
