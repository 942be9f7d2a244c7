import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { moveFolder } from '../../../src/apko/move-folder.ts'
import { temporaryFolder } from './temporary-folder.ts'

const shared = '/dev/shm'
const isOtherDisk = existsSync(shared) && statSync(shared).dev !== statSync(tmpdir()).dev

describe('moving a finished folder', () => {
  it.each([
    ['to a place that is free', {}],
    ['over an older one', { 'images/a/old': 'old', 'images/a/deep/old': 'old' }],
  ])('%s', async (_, before) => {
    const from = await temporaryFolder({ 'stage/new': 'new', 'stage/deep/new': 'new' })
    const output = await temporaryFolder(before)
    await moveFolder(join(from, 'stage'), join(output, 'images/a'))
    expect((await readdir(join(output, 'images/a'))).sort()).toEqual(['deep', 'new'])
    expect(await readdir(join(output, 'images'))).toEqual(['a'])
    expect(await readdir(from)).toEqual([])
  })

  it('keeps the older one when there is nothing to move', async () => {
    const output = await temporaryFolder({ 'images/a/old': 'old' })
    await expect(moveFolder(join(output, 'nothing'), join(output, 'images/a'))).rejects.toThrow('ENOENT')
    expect(await readFile(join(output, 'images/a/old'), 'utf8')).toBe('old')
    expect(await readdir(join(output, 'images'))).toEqual(['a'])
  })

  it.skipIf(!isOtherDisk)('goes to another file system', async () => {
    const from = await mkdtemp(join(shared, 'giropops-'))
    onTestFinished(() => rm(from, { recursive: true, force: true }))
    await writeFile(join(from, 'new'), 'new')
    const output = await temporaryFolder({ 'images/a/old': 'old' })
    await moveFolder(from, join(output, 'images/a'))
    expect(await readdir(join(output, 'images/a'))).toEqual(['new'])
    expect(await readdir(join(output, 'images'))).toEqual(['a'])
    expect(existsSync(from)).toBe(false)
  })
})
