import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeTree } from '../../../src/melange/remove-tree.ts'
import { copySource } from '../../../src/melange/source-copy.ts'
import { temporaryFolder } from '../../support/melange-fixtures.ts'

it('lays the folder out again: links as they are, nothing special, nothing excluded', async () => {
  const base = temporaryFolder()
  const [source, target] = [join(base, 'app'), join(base, 'app', 'scratch', 'copy')]
  await mkdir(join(source, 'src', 'deep'), { recursive: true })
  await mkdir(join(source, 'out'))
  await writeFile(join(source, 'src', 'deep', 'a.sh'), 'echo', { mode: 0o755 })
  await writeFile(join(source, 'melange.rsa'), 'secret')
  await writeFile(join(source, 'src', 'melange.rsa'), 'not the one')
  await symlink('/nowhere', join(source, 'broken'))
  await symlink('src/deep/a.sh', join(source, 'file-link'))
  execFileSync('mkfifo', [join(source, 'pipe')])
  await mkdir(join(source, 'scratch'))
  await copySource(source, target, [
    join(source, 'melange.rsa'),
    join(source, 'out'),
    join(source, 'scratch'),
  ])
  expect((await readdir(target, { recursive: true })).sort()).toEqual([
    'broken',
    'file-link',
    'src',
    'src/deep',
    'src/deep/a.sh',
    'src/melange.rsa',
  ])
  expect(await readlink(join(target, 'broken'))).toBe('/nowhere')
  expect((await lstat(join(target, 'file-link'))).isSymbolicLink()).toBe(true)
  expect((await stat(join(target, 'src/deep/a.sh'))).mode & 0o777).toBe(0o755)
  expect(await readFile(join(target, 'src/deep/a.sh'), 'utf8')).toBe('echo')
})

it('leaves out a file that is named through links, also where the source folder is one', async () => {
  const base = temporaryFolder()
  await mkdir(join(base, 'app'))
  await writeFile(join(base, 'app', 'own.rsa'), 'secret')
  await writeFile(join(base, 'app', 'a'), '')
  await symlink('app', join(base, 'link'))
  for (const [at, [source, key]] of [
    ['app', 'link'],
    ['link', 'app'],
  ].entries()) {
    const target = join(base, `copy-${at}`)
    await copySource(join(base, source ?? ''), target, [join(base, key ?? '', 'own.rsa')])
    expect(await readdir(target)).toEqual(['a'])
  }
})

it('does not walk into itself', async () => {
  const source = temporaryFolder()
  await writeFile(join(source, 'a'), '')
  await copySource(source, join(source, 'copy'), [])
  expect(await readdir(join(source, 'copy'))).toEqual(['a'])
})

it('gives each copy folders of its own, so that a probe file of one is not seen by another', async () => {
  const base = temporaryFolder()
  await mkdir(join(base, 'app'))
  await writeFile(join(base, 'app', 'a'), '')
  await copySource(join(base, 'app'), join(base, '1'), [])
  await copySource(join(base, 'app'), join(base, '2'), [])
  await writeFile(join(base, '1', 'test-dirfs-0'), 'test')
  expect(await readdir(join(base, '2'))).toEqual(['a'])
  expect(await readdir(join(base, 'app'))).toEqual(['a'])
})

it('fails as the file system does', async () => {
  const base = temporaryFolder()
  await expect(copySource(join(base, 'none'), join(base, 'copy'), [])).rejects.toMatchObject({
    code: 'ENOENT',
  })
})

it('removes folders that forbid it', async () => {
  const folder = join(temporaryFolder(), 'cache')
  await mkdir(join(folder, 'mod'), { recursive: true })
  await writeFile(join(folder, 'mod', 'a'), '')
  await chmod(join(folder, 'mod'), 0o555)
  await chmod(folder, 0o555)
  expect(await removeTree(folder)).toBe(true)
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await removeTree(folder)).toBe(true)
})
