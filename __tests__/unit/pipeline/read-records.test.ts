import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readRecords } from '../../../src/pipeline/read-records.ts'
import { makeOutputFolder } from '../../support/release/output-folder.ts'

test('a record is read, by its file and by its folder', async () => {
  await using output = await makeOutputFolder()
  for (const name of ['giropops.json', '.', join(output.folder, 'giropops.json')]) {
    const [read] = await readRecords(name, output.folder)
    expect(read).toEqual({
      record: output.record,
      folder: output.folder,
      file: join(output.folder, 'giropops.json'),
    })
  }
})

test.for([
  ['images', [null]],
  ['images', ['x']],
  ['images', [{}]],
  ['images', {}],
  ['run', null],
  ['packages', null],
  ['packages', { folder: 'packages' }],
  ['packages', { folder: 'packages', built: [null] }],
  ['packages', { folder: 1, built: [] }],
  ['graph', { nodes: [null] }],
] as const)('a record whose %s is %j is none', async ([key, value]) => {
  await using output = await makeOutputFolder()
  await writeFile(join(output.folder, 'giropops.json'), JSON.stringify({ ...output.record, [key]: value }))
  await expect(readRecords('giropops.json', output.folder)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'input "record": "giropops.json" is not a build record',
  })
})

test.for([
  ['sboms', null],
  ['platforms', [null]],
  ['platforms', [{ platform: 'linux/amd64', digest: 'sha256:x', packages: [null] }]],
  ['pushed', { repository: 'x' }],
  ['signed', { bundles: [null], verify: [] }],
  ['signed', { bundles: [], verify: [null] }],
] as const)('a record with an image whose %s is %j is none', async ([key, value]) => {
  await using output = await makeOutputFolder()
  const images = output.record.images.map(image => ({ ...image, [key]: value }))
  await writeFile(join(output.folder, 'giropops.json'), JSON.stringify({ ...output.record, images }))
  await expect(readRecords('giropops.json', output.folder)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
