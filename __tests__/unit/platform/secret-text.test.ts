import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { secretText } from '../../../src/platform/secret-text.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secret-'))
  await writeFile(join(folder, 'token'), 'abc\n')
  await writeFile(join(folder, 'empty'), ' \n')
})
afterAll(() => rm(folder, { recursive: true }))

const read = (file: string | undefined) => secretText({ name: 'token', file, variable: 'NO_SUCH_VARIABLE' })

it('is what the file holds; nothing without a file and a variable', async () => {
  expect(await read(join(folder, 'token'))).toBe('abc\n')
  expect(await read(undefined)).toBe('')
})

it.each([
  ['empty', '--token: its file is empty'],
  ['none', '--token: its file cannot be read (ENOENT)'],
  ['.', '--token: its file cannot be read (EISDIR)'],
])('refuses the file %s', async (file, message) => {
  await expect(read(join(folder, file))).rejects.toMatchObject({ code: 'INPUT_INVALID', message })
})
