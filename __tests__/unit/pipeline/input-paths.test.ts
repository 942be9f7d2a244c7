import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPathProblems } from '../../../src/pipeline/input-paths.ts'

let workspace = ''
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'paths-'))
  await writeFile(join(workspace, 'key.pem'), 'KEY')
})
afterAll(() => rm(workspace, { recursive: true }))

it('names every path that is not there', async () => {
  const found = await findPathProblems(
    {
      'env-file': 'no.env',
      'source-dir': 'key.pem',
      'keyring-append': ['key.pem', 'https://example.com/k.pub'],
    },
    { workspace, builds: false },
  )
  expect(found.map(({ message }) => message)).toEqual([
    'input "source-dir": there is no folder "key.pem"',
    'input "env-file": there is no file "no.env"',
  ])
})

describe('repositories', () => {
  const told = async (lines: readonly string[], builds: boolean, more: object = {}) => {
    const inputs = { 'repository-append': lines, 'build-repository-append': lines.slice(0, 1), ...more }
    const found = await findPathProblems(inputs, { workspace, builds })
    return found.map(({ code, message }) => `${code} ${message}`)
  }
  it('that are paths have to be there', async () => {
    expect(await told(['@own ./nowhere', 'https://example.com/x', '@x http://localhost/x'], true)).toEqual([
      'CONFIG_MISSING input "repository-append": there is no folder "./nowhere"',
      'CONFIG_MISSING input "build-repository-append": there is no folder "./nowhere"',
    ])
    expect(await told([workspace, '.', '@here ./'], false)).toEqual([])
  })
  it('of this run need not be there yet', async () => {
    const own = ['packages', '@own ./packages/']
    expect(await told(own, true)).toEqual([])
    expect(await told(['out/packages'], true, { output: 'out' })).toEqual([])
    expect(await told(own, false)).toHaveLength(3)
    expect(await told(own, false, { packages: '.' })).toEqual([])
  })
})

describe('files of values', () => {
  const told = async (input: 'env-file' | 'vars-file', text: string) => {
    await writeFile(join(workspace, 'values'), text)
    const found = await findPathProblems({ [input]: 'values' }, { workspace, builds: true })
    return found.map(({ code, message, at }) => [code, at?.line, message])
  }
  it.each([
    '',
    '# comment\n\nA=1\nexport B = two words # more\n c.d:3\r\nE=\nF="a\nb \\" c" # end\nG=\'x=\'',
    '---\nA=1\n',
  ])('env-file may be %j', async text => {
    expect(await told('env-file', text)).toEqual([])
  })
  it.each([
    ['A=1\n# c\nsecret words\n', 3, 'not NAME=value'],
    ['A=1\r\nB\r\n', 2, 'not NAME=value'],
    ['=x', 1, 'not NAME=value'],
    ['A-B=x', 1, 'not NAME=value'],
    ['A="x" y\n', 1, 'not NAME=value'],
    ['A=1\nB="secret\nC=2\n', 2, 'the quote of its value is not closed'],
  ])('env-file may not be %j', async (text, line, message) => {
    expect(await told('env-file', text)).toEqual([['CONFIG_INVALID', line, `values:${line}: ${message}`]])
  })
  it('vars-file is a mapping of texts', async () => {
    expect(await told('vars-file', 'a: x\nb: 1.10\nc: true\nd:\n')).toEqual([])
    expect(await told('vars-file', 'a: x\nb: [1]\nc: {d: e}\n')).toEqual([
      ['CONFIG_INVALID', 2, 'values:2: the variable "b" is not a text'],
      ['CONFIG_INVALID', 3, 'values:3: the variable "c" is not a text'],
    ])
    for (const text of ['', '- a\n', 'a\n'])
      expect(await told('vars-file', text)).toEqual([
        ['CONFIG_INVALID', 1, 'values:1: a vars-file is a mapping of names to texts'],
      ])
    expect(await told('vars-file', 'a: [\n')).toMatchObject([['CONFIG_INVALID', 2, /./]])
  })
})
