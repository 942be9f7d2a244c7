import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readInventory } from '../../../src/apko/read-inventory.ts'
import { hexOf } from '../../../src/domain/digest.ts'
import { putBlob, putLayer, type LayerEntry, type Packing } from './apko-layout.ts'
import { temporaryFolder } from './temporary-folder.ts'

const database = 'P:a\nV:1.0.0-r0\nA:x86_64\n\nP:b\nV:2-r1\nA:x86_64\n'
const release = 'ID=alpine\nVERSION_ID=3.22.1\n'

async function inventoryOf(...layers: readonly Readonly<Record<string, LayerEntry>>[]) {
  const layout = await temporaryFolder()
  const descriptors = []
  for (const files of layers) descriptors.push(await putLayer(layout, files))
  const { packages, distribution } = await readInventory(layout, descriptors)
  return { names: packages.map(({ name }) => name), distribution }
}

describe('the inventory of an image', () => {
  it.each(['gzip', 'zstd', 'tar'] satisfies Packing[])(
    'is read from a layer packed with %s',
    async packing => {
      const layout = await temporaryFolder()
      const files = { 'etc/os-release': release, 'usr/lib/apk/db/installed': database }
      const inventory = await readInventory(layout, [await putLayer(layout, files, packing)])
      expect(inventory.packages.map(({ name }) => name)).toEqual(['a', 'b'])
      expect(inventory.distribution).toEqual({ id: 'alpine', version: '3.22.1' })
    },
  )

  it.each(['lib/apk/db/installed', './lib/apk/db/installed', '/usr/lib/apk/db/installed'])(
    'is found at %s',
    async path => {
      expect((await inventoryOf({ [path]: database })).names).toEqual(['a', 'b'])
    },
  )

  it('is that of the last layer that has one', async () => {
    const bottom = { 'etc/os-release': release, 'usr/lib/apk/db/installed': 'P:old\nV:1\n' }
    const top = { 'lib/apk/db/installed': database, 'etc/motd': 'x' }
    expect(await inventoryOf(bottom, top, { 'etc/motd': 'y' })).toEqual({
      names: ['a', 'b'],
      distribution: { id: 'alpine', version: '3.22.1' },
    })
  })

  it.each([
    ['relative', { symlink: '../usr/lib/os-release' }],
    ['absolute', { symlink: '/usr/lib/os-release' }],
    ['to another name', { symlink: '../usr/share/os' }],
    ['hard', { hardlink: 'usr/share/os' }],
  ])('follows a link of os-release (%s)', async (_, link) => {
    const files = { 'etc/os-release': link, 'lib/apk/db/installed': database }
    const target = JSON.stringify(link).includes('share') ? 'usr/share/os' : 'usr/lib/os-release'
    const { distribution } = await inventoryOf({ [target]: release }, files)
    expect(distribution.id).toBe('alpine')
  })

  it('is of an unknown distribution without os-release', async () => {
    const { distribution } = await inventoryOf({ 'lib/apk/db/installed': database })
    expect(distribution.id).toBe('unknown')
  })

  it('passes over files of many chunks', async () => {
    const big = 'x'.repeat(3_000_000)
    expect((await inventoryOf({ 'a/big': big, 'usr/lib/apk/db/installed': database })).names).toEqual([
      'a',
      'b',
    ])
  })
})

describe('an image that cannot be read', () => {
  it('has no package database', async () => {
    await expect(inventoryOf({ 'etc/os-release': release })).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining('no layer has the package database usr/lib/apk/db/installed'),
    })
  })

  it('has a layer of another kind', async () => {
    const layout = await temporaryFolder()
    const layer = await putBlob(layout, 'x', 'application/vnd.erofs')
    await expect(readInventory(layout, [layer])).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: 'a layer of the kind application/vnd.erofs cannot be read',
    })
  })

  it.each([
    ['is not gzip', () => Buffer.from('not a layer')],
    ['breaks off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ])('has a layer that %s', async (_, damage) => {
    const layout = await temporaryFolder()
    const layer = await putLayer(layout, { 'lib/apk/db/installed': database.repeat(500) })
    const file = join(layout, 'blobs/sha256', hexOf(layer.digest))
    const damaged = damage(await readFile(file))
    await writeFile(file, damaged)
    await expect(readInventory(layout, [{ ...layer, size: damaged.length }])).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining('the layer cannot be read'),
    })
  })

  it('lacks a layer', async () => {
    const layout = await temporaryFolder()
    const other = await temporaryFolder()
    const layer = await putLayer(other, { 'lib/apk/db/installed': database })
    await expect(readInventory(layout, [layer])).rejects.toMatchObject({ code: 'LAYOUT_INVALID' })
  })
})
