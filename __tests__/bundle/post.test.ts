import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure } from '../support/bundle/failures.ts'
import { leftovers } from '../support/bundle/leftovers.ts'
import { shownLog } from '../support/bundle/plain-text.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import { until } from '../support/bundle/until.ts'
import type { StepResult } from '../support/runner/job.ts'

/** Interrupts a step in mid-build as the runner does. */
async function interrupted(scene: Scene, signal: NodeJS.Signals): Promise<StepResult> {
  const told = join(scene.job.root, 'told')
  // The post step is started with the same options, and left alone.
  let due: NodeJS.Signals | undefined = signal
  const onStart = (child: ChildProcess): void => {
    if (due !== undefined) void until(() => existsSync(told)).then(() => child.kill(signal))
    due = undefined
  }
  return scene.step('package', {}, { env: { FAKE_MELANGE_HANG: told }, onStart })
}

describe('the key', () => {
  it('is wiped when the step ends, well or not, and post finds nothing to do', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const log = await scene.write(
      'failing.log',
      '2026/01/02 03:04:05 ERRO failed to build package: no luck\n',
    )
    const good = await scene.step('package')
    expect(good.code, good.raw).toBe(0)
    const bad = await scene.step('package', {}, { env: { FAKE_MELANGE_LOG: log } })
    expect(bad.code).toBe(1)
    const files = await readdir(scene.job.temp, { recursive: true })
    expect(files.filter(file => /melange\.rsa$|\/key(\/|$)/.test(file))).toEqual([])
    const posts = await scene.job.finish()
    expect(posts.map(({ code, raw }) => [code, raw])).toEqual([
      [0, ''],
      [0, ''],
    ])
  })

  it('is wiped by post when the step was killed before it could', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const killed = await interrupted(scene, 'SIGKILL')
    expect(killed.signal).toBe('SIGKILL')
    const [run = ''] = (await readdir(scene.job.temp)).filter(name => !name.endsWith('-output'))
    const key = join(scene.job.temp, run, 'key')
    expect(await readdir(key)).toEqual(['melange.rsa', 'melange.rsa.pub'])
    const [post] = await scene.job.finish()
    expect(post?.code, post?.raw).toBe(0)
    expect(existsSync(key)).toBe(false)
  })
})

describe('a cancel in mid-build', () => {
  it('interrupts melange, and the run ends by itself with nothing left', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const result = await interrupted(scene, 'SIGINT')
    expect(await readFile(join(scene.job.root, 'told'), 'utf8')).toBe('interrupted')
    expect(await expectFailure(scene, result)).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "CANCELLED",
        "text": "the run was cancelled, melange with it",
      }
    `)
    expect(shownLog(result.log)).toContain('::warning::SIGINT: stopping, and cleaning up')
    const [post] = await scene.job.finish()
    expect(post?.code, post?.raw).toBe(0)
    expect(await leftovers(scene.job)).toEqual([])
  })

  it('leaves what is not ours', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    await mkdir(join(scene.job.temp, 'of-another-step'))
    await writeFile(join(scene.job.temp, 'of-another-step', 'file'), '')
    expect((await interrupted(scene, 'SIGTERM')).code).toBe(1)
    await scene.job.finish()
    expect(await leftovers(scene.job)).toEqual(['temp/of-another-step', 'temp/of-another-step/file'])
  })
})
