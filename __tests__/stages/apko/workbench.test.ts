import { readdir, readFile, readlink, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openWorkbench } from '../../../src/apko/workbench.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function bench(options: { files?: Readonly<Record<string, string>>; built?: boolean } = {}) {
  const workspace = await temporaryFolder(options.files ?? { 'apko.yaml': 'a', 'conf/base.yaml': 'b' })
  const scratch = await temporaryFolder()
  const folder = await temporaryFolder({ 'x86_64/APKINDEX.tar.gz': 'built' })
  const repository = { folder, publicKey: join(folder, 'melange.rsa.pub'), packages: [] }
  const workbench = await openWorkbench({
    workspace,
    scratch,
    ...(options.built !== false && { repository }),
  })
  return { workspace, scratch, repository, workbench }
}

describe('a workbench', () => {
  it('has the entries of the workspace, and the packages of the run', async () => {
    const { workbench } = await bench()
    expect((await readdir(workbench.folder)).sort()).toEqual([
      'apko.yaml',
      'conf',
      'giropops-keys',
      'packages',
    ])
    expect(await readFile(join(workbench.folder, 'conf/base.yaml'), 'utf8')).toBe('b')
    expect(await readFile(join(workbench.folder, 'packages/x86_64/APKINDEX.tar.gz'), 'utf8')).toBe('built')
  })

  it("prefers the run's packages to the workspace's own, which count without them", async () => {
    const files = { 'packages/x86_64/APKINDEX.tar.gz': 'own' }
    const index = 'packages/x86_64/APKINDEX.tar.gz'
    const { workbench } = await bench({ files })
    expect(await readFile(join(workbench.folder, index), 'utf8')).toBe('built')
    const other = await bench({ files, built: false })
    expect(await readFile(join(other.workbench.folder, index), 'utf8')).toBe('own')
  })

  it('is removed without harm to what it links to', async () => {
    const { workbench, workspace, scratch, repository } = await bench()
    await writeFile(join(workbench.temp, 'litter'), '')
    await workbench.remove()
    expect(await readdir(scratch)).toEqual([])
    expect((await readdir(workspace)).sort()).toEqual(['apko.yaml', 'conf'])
    expect(await readdir(repository.folder)).toEqual(['x86_64'])
  })

  it('names files by paths that do not tell where the workspace is', async () => {
    const { workbench, workspace } = await bench()
    expect(workbench.pathOf('conf/base.yaml')).toBe('conf/base.yaml')
    expect(workbench.pathOf('./conf/../apko.yaml')).toBe('apko.yaml')
    expect(workbench.pathOf(join(workspace, 'conf/base.yaml'))).toBe('conf/base.yaml')
    expect(workbench.pathOf('/elsewhere/apko.yaml')).toBe('/elsewhere/apko.yaml')
    expect(workbench.pathOf('packages/apko.yaml')).toBe(join(workspace, 'packages/apko.yaml'))
  })
})

describe('keys', () => {
  it('from outside get a path that is the same everywhere, and keep their base name', async () => {
    const { workbench, repository } = await bench()
    expect(await workbench.keyOf(repository.publicKey)).toBe('giropops-keys/melange.rsa.pub')
    expect(await workbench.keyOf(repository.publicKey)).toBe('giropops-keys/melange.rsa.pub')
    expect(await workbench.keyOf('/other/melange.rsa.pub')).toBe('giropops-keys/2/melange.rsa.pub')
    expect(await readlink(join(workbench.folder, 'giropops-keys/2/melange.rsa.pub'))).toBe(
      '/other/melange.rsa.pub',
    )
  })

  it('of the workspace and of the net stay where they are', async () => {
    const { workbench } = await bench()
    expect(await workbench.keyOf('keys/distro.rsa.pub')).toBe('keys/distro.rsa.pub')
    expect(await workbench.keyOf('https://apk.example/k.rsa.pub')).toBe('https://apk.example/k.rsa.pub')
  })
})

describe('the git folder', () => {
  it('is pointed to by a file, which apko opens where it does not open a link', async () => {
    const { workbench, workspace } = await bench({ files: { '.git/HEAD': 'ref: a' } })
    expect(await readFile(join(workbench.folder, '.git'), 'utf8')).toBe(`gitdir: ${workspace}/.git\n`)
  })

  it('of a worktree is found from its pointer', async () => {
    const { workbench, workspace } = await bench({ files: { '.git': 'gitdir: ../main/.git/worktrees/a\n' } })
    const target = join(await realpath(workspace), '../main/.git/worktrees/a')
    expect(await readFile(join(workbench.folder, '.git'), 'utf8')).toBe(`gitdir: ${target}\n`)
  })
})
