import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseYamlFile, readYamlFile } from '../../../src/domain/yaml-file.ts'

it.each(['- a: 1\n  b: 2\n', '- {a: 1, b: 2}\n'])('a byte-order mark before %j is passed over', text => {
  const file = parseYamlFile('a.yaml', `\uFEFF${text}`)
  expect(file.value).toEqual([{ a: 1, b: 2 }])
  expect(file.placeOf([0])).toEqual({ file: 'a.yaml', line: 1, column: 3 })
})

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
    ['a: 1\nb: *nobody\n', 2],
    ['a: *late\nb: &late 1\n', 1],
    ['a: 1\nb: &b\n  c: *b\n', 3],
    ['a: 1\n---\nb: 1\n', 2],
  ])('names the line of broken YAML %j', (text, line) => {
    expect(() => parseYamlFile('b.yaml', text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        at: expect.objectContaining({ file: 'b.yaml', line }),
      }),
    )
  })
})

it.each([
  ['a: *b\n', 'c.yaml:1:4: *b stands for nothing: no &b is before it'],
  ['a: &a [*a]\n', 'c.yaml:1:8: *a is a part of what it stands for'],
  ['a: 1\n---\nb: 1\n', 'c.yaml:2:1: more than one document; accepted: one'],
  [bomb(), 'c.yaml:1:1: its aliases (*name) unfold to too much'],
])('has words for %j', (text, message) => {
  expect(() => parseYamlFile('c.yaml', text)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message }),
  )
})

it('takes aliases that stand for something', () => {
  expect(parseYamlFile('d.yaml', 'a: &a {b: 1}\nc: *a\n').value).toEqual({ a: { b: 1 }, c: { b: 1 } })
})

function bomb(): string {
  const levels = [1, 2, 3, 4, 5].map(at => `l${at}: &l${at} [${`*l${at - 1},`.repeat(10)}]`)
  return ['l0: &l0 [1]', ...levels].join('\n')
}

it('says what is there instead of a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'yaml-'))
  await mkdir(join(folder, 'dir.yaml'))
  await symlink('gone.yaml', join(folder, 'link.yaml'))
  spawnSync('mkfifo', [join(folder, 'fifo.yaml')])
  await writeFile(join(folder, 'latin.yaml'), Buffer.from('a: é\nb: \xe9\n', 'latin1'))
  await writeFile(join(folder, 'latin2.yaml'), Buffer.concat([Buffer.from('a: é\nb: '), Buffer.from([0xe9])]))
  const told = async (name: string): Promise<unknown> =>
    readYamlFile(join(folder, name), name).catch((error: Error) => error.message)
  expect(await told('dir.yaml')).toBe('cannot read dir.yaml: it is a folder')
  expect(await told('fifo.yaml')).toBe('cannot read fifo.yaml: it is a pipe')
  expect(await told('link.yaml')).toBe(
    'cannot read link.yaml: it is a link to gone.yaml, which cannot be followed',
  )
  expect(await told('latin.yaml')).toBe('latin.yaml:1: not UTF-8')
  expect(await told('latin2.yaml')).toBe('latin2.yaml:2: not UTF-8')
  await rm(folder, { recursive: true })
})

it('says that a file is not there', async () => {
  await expect(readYamlFile('/nonexistent/a.yaml', 'a.yaml')).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    message: 'cannot read a.yaml: there is no such file',
  })
})
