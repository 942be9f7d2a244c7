import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nameSameCommit } from '../support/act/same-commit.ts'

const reference = 'octo/build@v1'

describe('what act gets for `$/`', () => {
  it('is the path in the repository at its ref, and nothing else changes', () => {
    const workflow = readFileSync('.github/workflows/build.yaml', 'utf8')
    const named = nameSameCommit(workflow, reference).split('\n')
    const changed = workflow
      .split('\n')
      .flatMap((line, at) => (named[at] === line ? [] : [[line, named[at]]]))
    expect(changed).toEqual(
      ['plan', 'package', 'image'].map(each => [
        `        uses: $/${each}`,
        `        uses: octo/build/${each}@v1`,
      ]),
    )
    expect(named).toHaveLength(workflow.split('\n').length)
    for (const each of ['plan', 'package', 'image']) expect(existsSync(`${each}/action.yml`), each).toBe(true)
  })

  it.each([
    ['quoted', "- uses: '$/a'\n", '- uses: octo/build/a@v1\n'],
    ['a workflow', 'uses: $/.github/workflows/x.yml\n', 'uses: octo/build/.github/workflows/x.yml@v1\n'],
    ['another repository', '- uses: a/b@v1\n', '- uses: a/b@v1\n'],
    ['text elsewhere', '- run: "uses: $/a" # uses: $/b\n', '- run: "uses: $/a" # uses: $/b\n'],
    ['a text of several lines', '- run: |\n    uses: $/a\n', '- run: |\n    uses: $/a\n'],
  ])('%s', (_title, given, wanted) => {
    expect(nameSameCommit(given, reference)).toBe(wanted)
  })

  it.each(['$/', '$/../a', '$/a/', '$/a@v1', '$a', '$//a'])('%s is refused', path => {
    expect(() => nameSameCommit(`- uses: ${path}\n`, reference)).toThrow('no path in this repository')
  })
})
