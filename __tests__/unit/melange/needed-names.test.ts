import { expect, it } from 'vitest'
import { neededNames } from '../../../src/melange/needed-names.ts'
import { declaredGraph } from '../../../src/melange/resolve-graph.ts'
import { readMelangeFile } from '../../../src/melange/melange-file.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

it('names what a build installs of the same run, subpackages and what comes along included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'needed-names-'))
  const write = async (name: string, more: string) => {
    const file = join(folder, `${name}.yaml`)
    await writeFile(file, `package: {name: ${name}, version: 1, epoch: 0}\n${more}`)
    return readMelangeFile(file, `${name}.yaml`)
  }
  const needing = (...names: readonly string[]): string =>
    `environment: {contents: {packages: [${names.join(', ')}]}}\n`
  const files = [
    await write('liba', 'subpackages: [{name: liba-dev}]\n'),
    await write('appb', needing('liba-dev')),
    await write('plug', needing('appb')),
    await write('lone', needing('busybox')),
  ]
  await rm(folder, { recursive: true })
  const needed = neededNames(declaredGraph(files).graph)
  expect(files.map(file => needed({ file }))).toEqual([[], ['liba', 'liba-dev'], ['appb'], []])
})
