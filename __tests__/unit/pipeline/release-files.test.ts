import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Failures } from '../../../src/domain/failures.ts'
import { findReleaseFiles } from '../../../src/pipeline/release-files.ts'

let root = ''
let workspace = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'release-files-'))
  workspace = join(root, 'workspace')
  await mkdir(join(workspace, 'folder'), { recursive: true })
  await mkdir(join(workspace, 'other'))
  const files = {
    '../secret.txt': 'secret',
    'GUIDE.md': 'guide',
    'empty.txt': '',
    'checksums.txt': 'x',
    'packages.tar': 'x',
    'images.txt': 'x',
    'giropops.2.json': 'x',
    'folder/GUIDE.md': 'another',
    'other/GUIDE.md': 'guide',
  }
  for (const [file, text] of Object.entries(files)) await writeFile(join(workspace, file), text)
  await symlink('nowhere', join(workspace, 'dangling'))
  await symlink('GUIDE.md', join(workspace, 'inside.md'))
  await symlink('../secret.txt', join(workspace, 'leak.txt'))
  await symlink('..', join(workspace, 'out'))
})
afterAll(() => rm(root, { recursive: true }))

test.for([
  [['folder'], /^input "assets": "folder" is a folder$/],
  [['dangling'], /^input "assets": "dangling" cannot be read$/],
  [['empty.txt'], /"empty.txt" has 0 bytes/],
  [['checksums.txt'], /"checksums.txt" would be the asset "checksums.txt", which is made/],
  [['packages.tar'], /made for the release itself/],
  [['images.txt'], /made for the release itself/],
  [['giropops.2.json'], /made for the release itself/],
  [['GUIDE.md', 'folder/*'], /"GUIDE.md" and "folder\/GUIDE.md" would both be the asset "GUIDE.md"/],
  [['leak*'], /"leak.txt" is or is behind a link that leads out/],
  [['out/secret.txt'], /"out\/secret.txt" is or is behind a link that leads out/],
] as const)('%j is refused', async ([patterns, message]) => {
  await expect(findReleaseFiles(patterns, workspace)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(message),
  })
})

test('all that is wrong is told at once', async () => {
  const error = await findReleaseFiles(['folder', 'dangling', 'nothing'], workspace).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(Failures)
  expect(error).toMatchObject({ all: { length: 3 } })
})

test('files, links within the workspace, the same bytes twice, and paths outside by their own name are taken', async () => {
  const outside = join(root, 'secret.txt')
  expect(await findReleaseFiles(['GUIDE.md', 'other/*', 'inside.md', outside], workspace)).toEqual([
    join(workspace, 'GUIDE.md'),
    join(workspace, 'other/GUIDE.md'),
    join(workspace, 'inside.md'),
    outside,
  ])
})
