import { existsSync } from 'node:fs'
import { readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure, expectSuccess, failuresOf } from '../support/bundle/failures.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'
import { signalled } from '../support/bundle/signalled.ts'
import { until } from '../support/bundle/until.ts'

const files = { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml }

describe('an output folder', () => {
  it('is one run at a time, whatever becomes of it', async () => {
    await using scene = await openScene({ files })
    const hanging = join(scene.job.root, 'hanging')
    let over = false
    const first = scene.step(
      'package',
      { output: 'out' },
      { env: { FAKE_MELANGE_HANG: hanging }, ...signalled('SIGINT', () => over) },
    )
    await until(() => existsSync(hanging))
    const second = await scene.step('package', { output: 'out' })
    over = true
    expect(failuresOf(second, { workspace: scene.job.workspace })).toEqual([
      {
        code: 'INPUT_INVALID',
        text: expect.stringMatching(
          /^another run \(process \d+\) is writing to <workspace>\/out\nName another "output"/,
        ),
        at: '',
      },
    ])
    expect(second.code).toBe(1)
    expect((await expectFailure(scene, await first)).code).toBe('CANCELLED')
    expect(await readdir(join(scene.job.workspace, 'out'))).not.toContain('.giropops-lock')
    expectSuccess(await scene.step('package', { output: 'out' }))
    expectSuccess(await scene.step('image', { output: 'out', packages: 'out/packages', push: 'false' }))
    expect((await readdir(join(scene.job.workspace, 'out'))).sort()).toEqual([
      'giropops.json',
      'images',
      'packages',
    ])
  })

  it('that a killed run had is taken over', async () => {
    await using scene = await openScene({ files })
    const hanging = join(scene.job.root, 'hanging')
    const env = { FAKE_MELANGE_HANG: hanging }
    const kill = signalled('SIGKILL', () => existsSync(hanging))
    const killed = await scene.step('package', { output: 'out' }, { env, ...kill })
    expect(killed.signal).toBe('SIGKILL')
    expect(await readdir(join(scene.job.workspace, 'out'))).toContain('.giropops-lock')
    expectSuccess(await scene.step('package', { output: 'out' }))
    expect(await readdir(join(scene.job.workspace, 'out'))).not.toContain('.giropops-lock')
  })

  it('may not be a link to what holds the workspace', async () => {
    await using scene = await openScene({ files })
    await symlink('..', join(scene.job.workspace, 'link'))
    const result = await scene.step('.', { output: 'link', push: 'false' })
    expect(await expectFailure(scene, result)).toMatchObject({
      code: 'INPUT_INVALID',
      text: expect.stringMatching(/^input "output" is "link", which holds the workspace itself\n/),
    })
    expect(scene.server.requests).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('may not be where no folder can be made', async () => {
    await using scene = await openScene({ files })
    const result = await scene.step('.', { output: '/proc/giropops/x', push: 'false' })
    expect(await expectFailure(scene, result)).toEqual({
      code: 'INPUT_INVALID',
      text: 'input "output": cannot write to /proc/giropops/x (ENOENT)\nName a folder that may be written to.',
      at: '',
    })
  })
})
