import { execFileSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cachedTools } from '../support/bundle/cached.ts'
import { expectFailed } from '../support/bundle/failures.ts'
import { leftovers } from '../support/bundle/leftovers.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'

/** Mounts a disk of 16 kB in a folder; undefined when this user may not. */
function mountSmallDisk(folder: string): Disposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return { [Symbol.dispose]: () => void execFileSync('umount', [folder]) }
}

it('a full disk below the tool cache is told, and nothing stays on it', async context => {
  await using scene: Scene = await openScene()
  const tools = join(scene.job.root, 'small')
  await mkdir(tools)
  using disk = mountSmallDisk(tools)
  context.skip(disk === undefined, 'mounting a small disk needs root')
  const result = await scene.step('setup', {}, { env: { RUNNER_TOOL_CACHE: tools } })
  const found = await expectFailed(scene, result)
  for (const { code, text } of found) {
    expect(code).toBe('DISK_FULL')
    expect(text).toMatch(/^no space left .*<job>\/small.*\n.*RUNNER_TOOL_CACHE/)
  }
  expect(await cachedTools(tools)).toEqual([])
  expect(await leftovers({ temp: scene.job.temp, tools })).toEqual([])
  expect(await readdir(join(tools, '.giropops'))).toEqual([])
})
