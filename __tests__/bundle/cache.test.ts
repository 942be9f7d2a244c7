import { appendFile, glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import type { StepResult } from '../support/runner/job.ts'

const files = { 'melange.yaml': melangeYaml }
const made = [{ kind: 'package', name: 'senhas', version: '1.0.0-r0', arch: 'x86_64' }]

const parts = ({ outputs }: StepResult): unknown[] =>
  ['built', 'skipped'].map(name => JSON.parse(outputs[name] ?? '') as unknown)
const toldIn = ({ annotations }: StepResult, command: string): readonly string[] =>
  annotations.filter(each => each.command === command).map(({ message }) => message)
const package386 = (scene: Scene, inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> =>
  scene.step('package', { platforms: 'amd64', ...inputs })

describe('a package that was built before', () => {
  it('is taken, signed anew and told of, though no sandbox works any more', async () => {
    await using scene = await openScene({ files })
    const first = await package386(scene)
    expectSuccess(first)
    expect(parts(first)).toEqual([made, []])
    const second = await package386(scene, { runner: 'docker', output: 'out' })
    expectSuccess(second)
    expect(parts(second)).toEqual([[], made])
    expect(second.log).toMatch(/^senhas 1\.0\.0-r0 x86_64: as built before \([\da-f]{12}\)$/m)
    expect(second.summary).toContain('| an earlier run |')
    expect(second.summary).toContain('Nothing had to be built, signed with a throw-away key of this run.')
    const calls = (await scene.calls()).map(({ args }) => args[0])
    expect(calls.slice(calls.lastIndexOf('keygen'))).toEqual([
      'keygen',
      'compile',
      'show-packages',
      'sign',
      'index',
    ])
  })

  it('is built anew when its sources changed, and when nothing is to be taken', async () => {
    await using scene = await openScene({ files })
    expectSuccess(await package386(scene))
    expect(parts(await package386(scene, { cache: 'false' }))).toEqual([made, []])
    await scene.write('app.py', 'print(1)\n')
    expect(parts(await package386(scene))).toEqual([made, []])
  })

  it('is built anew when what is stored was changed, and that is told', async () => {
    await using scene = await openScene({ files })
    expectSuccess(await package386(scene))
    const stored = await Array.fromAsync(glob('giropops-cache/packages/*/*.apk', { cwd: scene.job.temp }))
    expect(stored).toHaveLength(1)
    for (const file of stored) await appendFile(join(scene.job.temp, file), 'poison')
    const second = await package386(scene)
    expectSuccess(second)
    expect(parts(second)).toEqual([made, []])
    expect(toldIn(second, 'warning')).toEqual([
      expect.stringMatching(
        /^a stored package is damaged and built anew: senhas-1\.0\.0-r0\.apk has \d+ bytes/,
      ),
    ])
    expect(parts(await package386(scene))).toEqual([[], made])
  })
})

describe('the cache', () => {
  it.each([
    ['a tag', { GITHUB_REF: 'refs/tags/v1.0.0' }, 'this run is for the tag v1.0.0'],
    ['a release', { GITHUB_EVENT_NAME: 'release' }, 'this run is for a release'],
    [
      'an event that others start',
      { GITHUB_EVENT_NAME: 'pull_request_target' },
      "on the event pull_request_target the code may be a stranger's, the cache is that of the default branch",
    ],
  ])('is left alone for %s, which is told once', async (_, env, reason) => {
    await using scene = await openScene({ files: { ...files, 'apko.yaml': apkoYaml } })
    expectSuccess(await scene.step('.', { push: 'false' }))
    const inputs = { push: 'false' }
    const second = await scene.step('.', inputs, { env })
    expectSuccess(second)
    expect((parts(second)[0] as unknown[])[0]).toEqual(made[0])
    expect(toldIn(second, 'notice').filter(text => text.includes('cache'))).toEqual([
      `Everything is built anew, without the cache: ${reason}. With "cache: true" it would be used all the same.`,
    ])
    const build = (await scene.calls()).findLast(({ tool, args }) => tool === 'apko' && args[0] === 'build')
    expect(build?.args[build.args.indexOf('--cache-dir') + 1]).toMatch(/\/temp\/giropops-\d[^/]+\/downloads$/)
  })

  it('is used for a tag when it is asked for, but not for what another commit made', async () => {
    await using scene = await openScene({ files })
    expectSuccess(await package386(scene))
    const tag = { GITHUB_REF: 'refs/tags/v1.0.0' }
    const again = () => scene.step('package', { platforms: 'amd64', cache: 'true' }, { env: tag })
    expect(parts(await again())).toEqual([made, []])
    const third = await again()
    expect([parts(third), toldIn(third, 'notice')]).toEqual([[[], made], []])
  })

  it('is a wrong input where it says something else', async () => {
    await using scene = await openScene({ files })
    const failure = await expectFailure(scene, await scene.step('package', { cache: 'yes' }))
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "INPUT_INVALID",
        "text": "input "cache" is "yes"; accepted: auto, true, false
      Correct "cache".",
      }
    `)
  })
})
