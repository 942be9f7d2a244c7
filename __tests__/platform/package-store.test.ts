import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openFolderStore } from '../../src/melange/package-store.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { temporaryFolder } from '../support/melange-fixtures.ts'
import { apk, name, storeScene } from '../support/package-store-scene.ts'

const [first, second, third] = ['a', 'b', 'c'].map(digit => digit.repeat(64)) as [string, string, string]

describe('a store in a folder', () => {
  it('finds nothing in a folder that is not there, and makes none', async () => {
    const { folder, find, ports } = storeScene()
    expect(await find(first)).toBeUndefined()
    expect([existsSync(folder), ports.lines]).toEqual([false, []])
  })

  it('gives what was kept, byte for byte, under its key alone', async () => {
    const { store, find, ports } = storeScene()
    expect(await store.isEmpty()).toBe(true)
    await store.keep(first, [apk])
    expect(await store.isEmpty()).toBe(false)
    const found = await find(first)
    expect(found?.map(path => path.endsWith(`/${name}`))).toEqual([true])
    expect(await readFile(found?.[0] ?? '')).toEqual(await readFile(apk))
    expect(await find(second)).toBeUndefined()
    expect(ports.lines).toEqual([])
  })

  it('is closed to other users, and leaves nothing in the making', async () => {
    const { folder, store } = storeScene()
    await store.keep(first, [apk])
    expect((await stat(join(folder, first))).mode & 0o077).toBe(0)
    expect(await readdir(join(folder, '.fresh'))).toEqual([])
  })

  it('keeps and finds for many runs at once', async () => {
    const { folder, open, ports } = storeScene()
    const target = temporaryFolder()
    const runs = Array.from({ length: 8 }, (_, run) => ({ store: open(), target: join(target, `${run}`) }))
    await Promise.all(runs.map(run => mkdir(run.target)))
    const found = await Promise.all(
      runs.map(async run => {
        const before = await run.store.find(first, run.target)
        await run.store.keep(first, [apk])
        return [before, await run.store.find(first, run.target)] as const
      }),
    )
    expect(found.every(([, after]) => after?.length === 1)).toBe(true)
    expect(await readdir(folder)).toEqual(['.fresh', first])
    expect(await readdir(join(folder, '.fresh'))).toEqual([])
    expect(ports.lines).toEqual([])
  })

  it('lets go what was used longest ago', async () => {
    const { folder, store, open, find } = storeScene()
    const { size } = await stat(apk)
    const old = new Date('2020-01-01T00:00:00Z')
    for (const key of [first, second]) {
      await store.keep(key, [apk])
      await utimes(join(folder, key, 'manifest.json'), old, old)
    }
    await find(first)
    await open(2 * size + 2000).keep(third, [apk])
    expect((await readdir(folder)).toSorted()).toEqual(['.fresh', first, third])
  })

  it('removes what a run that died left in the making, after a day', async () => {
    const { folder, store } = storeScene()
    const old = new Date('2020-01-01T00:00:00Z')
    for (const made of ['new-dead', 'new-alive'])
      await mkdir(join(folder, '.fresh', made), { recursive: true })
    await utimes(join(folder, '.fresh', 'new-dead'), old, old)
    await store.keep(first, [apk])
    expect(await readdir(join(folder, '.fresh'))).toEqual(['new-alive'])
  })

  it('leaves a folder alone that everybody may write to, and says so once', async () => {
    const { folder, store, find, ports } = storeScene()
    await store.keep(first, [apk])
    await chmod(folder, 0o777)
    expect(await find(first)).toBeUndefined()
    await store.keep(second, [apk])
    expect(await readdir(folder)).not.toContain(second)
    expect(ports.lines).toEqual([expect.stringMatching(/^warning: .*everybody may write/)])
  })

  it('keeps nothing that is no apk, and does not fail', async () => {
    const { folder, store, find, ports } = storeScene()
    const file = join(temporaryFolder(), 'bad-1-r0.apk')
    await writeFile(file, 'no apk')
    await store.keep(first, [file])
    expect(await find(first)).toBeUndefined()
    expect(ports.lines).toEqual([expect.stringMatching(/^warning: cannot keep built packages/)])
    expect(await readdir(join(folder, '.fresh'))).toEqual([])
  })

  it.skipIf(process.getuid?.() !== 0)('goes on without it when the disk is full', async () => {
    const mount = temporaryFolder()
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', mount])
    expect(mounted.stderr.toString()).toBe('')
    onTestFinished(() => void spawnSync('umount', [mount]))
    await writeFile(join(mount, 'ballast'), Buffer.alloc(60 * 1024))
    const ports = fakePorts()
    const store = openFolderStore({ folder: join(mount, 'store'), most: 1e9 }, ports)
    const large = join(temporaryFolder(), name)
    await writeFile(large, Buffer.concat([await readFile(apk), Buffer.alloc(100_000)]))
    await store.keep(first, [large])
    expect(await store.isEmpty()).toBe(true)
    expect(ports.lines).toEqual([expect.stringMatching(/^warning: cannot keep .*ENOSPC/)])
    expect(await store.find(first, temporaryFolder())).toBeUndefined()
    expect(await readdir(join(mount, 'store', '.fresh'))).toEqual([])
  })
})
