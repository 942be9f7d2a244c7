import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findFiles } from '../../../src/pipeline/find-files.ts'

let workspace = ''
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'find-'))
  await mkdir(join(workspace, 'env'))
  for (const file of ['apko.yaml', 'env/prd.yaml', 'env/dev.yaml', 'odd[1].yaml']) {
    await writeFile(join(workspace, file), '')
  }
})
afterAll(() => rm(workspace, { recursive: true }))

const find = (patterns: string[]) =>
  findFiles({ input: 'apko-config', patterns, fallback: 'apko.yaml', workspace })

it.each([
  [[], ['apko.yaml']],
  [['env/*.yaml'], ['env/dev.yaml', 'env/prd.yaml']],
  [
    ['env/prd.yaml', 'env/*.yaml', './apko.yaml'],
    ['env/prd.yaml', 'env/dev.yaml', 'apko.yaml'],
  ],
  [['odd[1].yaml'], ['odd[1].yaml']],
])('%j', async (patterns, files) => {
  expect(await find(patterns)).toEqual({ files, failures: [] })
})

it('names each pattern that matches nothing', async () => {
  const { failures } = await find(['nope/*.yaml', 'nope.yaml'])
  expect(failures.map(({ code, message }) => [code, message])).toEqual([
    ['CONFIG_MISSING', 'input "apko-config": no file matches "nope/*.yaml"'],
    ['CONFIG_MISSING', 'input "apko-config": no file matches "nope.yaml"'],
  ])
})

it('finds what is named and is no file, for its reader to tell', async () => {
  await symlink('nowhere', join(workspace, 'dangling.yaml'))
  expect(await find(['env', 'dangling.yaml', 'en*'])).toMatchObject({
    files: ['env', 'dangling.yaml'],
    failures: [{ message: 'input "apko-config": no file matches "en*"' }],
  })
})
