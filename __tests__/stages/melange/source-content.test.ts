import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inOrder, put, readFacts, whole, type Change } from '../../support/facts-scene.ts'

describe('the source folder', () => {
  it('is without melange files, packages, keys and what no build may see', async () => {
    const noise = ['out/a.apk', 'scratch/a', 'keys/own.rsa', 'secret', 'deep/secret'].map(path =>
      put(path, 'x'),
    )
    const { facts } = await readFacts({
      ...whole,
      change: inOrder(...noise),
      options: workspace => ({ sourceDir: workspace, exclude: [join(workspace, 'secret')] }),
    })
    expect(facts?.source.map(({ path }) => path).toSorted()).toEqual([
      'build.env',
      'deep/secret',
      'distro/x86_64/APKINDEX.tar.gz',
      'hello/hello.c',
      'hello/patches/a.patch',
      'pipelines/make.yaml',
      'vars.yaml',
    ])
  })

  const commit = 'c'.repeat(40)
  const head = put('hello/.git/HEAD', 'ref: refs/heads/main\n')
  it.each<[string, Change, string | undefined]>([
    ['checked out', inOrder(head, put('hello/.git/refs/heads/main', `${commit}\n`)), commit],
    [
      'packed',
      inOrder(head, put('hello/.git/packed-refs', `# pack-refs\n${commit} refs/heads/main\n`)),
      commit,
    ],
    ['detached', put('hello/.git/HEAD', `${commit}\n`), commit],
    ['empty', head, 'ref: refs/heads/main'],
    ['ignored', inOrder(head, put('hello/.melangeignore', '.git/**')), undefined],
    ['a work tree, whose .git names a place', put('hello/.git', 'gitdir: /somewhere'), undefined],
  ])('has a clone as its commit: %s', async (_, change, expected) => {
    const { facts } = await readFacts({ ...whole, change: inOrder(change, put('hello/.gitignore', 'x')) })
    const found = facts?.source.filter(({ path }) => path.startsWith('.git/') || path === '.git')
    expect(found).toEqual(expected === undefined ? [] : [{ path: '.git', commit: expected }])
  })
})
