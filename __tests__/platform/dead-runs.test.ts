import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeRunFolder, sweepDeadRuns } from '../../src/platform/dead-runs.ts'

// No process can have this id: it is above what Linux and macOS allow.
const dead = '99999999'
let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dead runs-'))
})
afterEach(() => rm(root, { recursive: true }))

async function nameOfDead(): Promise<string> {
  const name = basename(await makeRunFolder(root, 'giropops-'))
  await rm(join(root, name), { recursive: true })
  return name.replace(`-${process.pid}-`, `-${dead}-`)
}

it('what a dead run left goes, its key with it, and nothing that a link in it names', async () => {
  const folder = join(root, await nameOfDead())
  const kept = join(root, 'kept')
  await writeFile(kept, 'text of the user')
  await mkdir(join(folder, 'key'), { recursive: true })
  await writeFile(join(folder, 'key', 'melange.rsa'), 'KEY')
  await symlink(kept, join(folder, 'link'))
  await sweepDeadRuns(root, { prefix: 'giropops-', secrets: ['key'] })
  expect(await readdir(root)).toEqual(['kept'])
  expect(await readFile(kept, 'utf8')).toBe('text of the user')
})

it('live runs, results, files, links, and what others named stay', async () => {
  const live = basename(await makeRunFolder(root, 'giropops-'))
  const gone = await nameOfDead()
  const folders = [live, `${gone}-output`, 'giropops-build', 'giropops-AbCdEf', `other-${dead}-111111-a`]
  for (const name of folders) await mkdir(join(root, name), { recursive: true })
  await writeFile(join(root, gone), '')
  await symlink(join(root, 'giropops-build'), join(root, `${gone}x`))
  await sweepDeadRuns(root, { prefix: 'giropops-' })
  expect((await readdir(root)).sort()).toEqual([...folders, gone, `${gone}x`].sort())
})

it('what may be of a live run of another container stays for a day', async () => {
  const [old, recent] = [`giropops-${dead}-1111111-a`, `giropops-${dead}-1111111-b`]
  for (const name of [old, recent]) await mkdir(join(root, name))
  const longAgo = new Date(Date.now() - 25 * 3_600_000)
  await utimes(join(root, old), longAgo, longAgo)
  await sweepDeadRuns(root, { prefix: 'giropops-' })
  expect(await readdir(root)).toEqual([recent])
})
