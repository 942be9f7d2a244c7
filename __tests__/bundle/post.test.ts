import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'
import { signalled } from '../support/bundle/signalled.ts'

describe('the key', () => {
  it('is wiped when the step ends, well or not, and post finds nothing to do', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const log = await scene.write(
      'failing.log',
      '2026/01/02 03:04:05 ERRO failed to build package: no luck\n',
    )
    expectSuccess(await scene.step('package'))
    const bad = await scene.step('package', { cache: 'false' }, { env: { FAKE_MELANGE_LOG: log } })
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
    const hanging = join(scene.job.root, 'hanging')
    const killed = await scene.step(
      'package',
      {},
      { env: { FAKE_MELANGE_HANG: hanging }, ...signalled('SIGKILL', () => existsSync(hanging)) },
    )
    expect(killed.signal).toBe('SIGKILL')
    const run = (await readdir(scene.job.temp)).find(name => !name.endsWith('-output'))
    const key = join(scene.job.temp, run ?? '', 'key')
    expect(await readdir(key)).toEqual(['melange.rsa', 'melange.rsa.pub'])
    const [post] = await scene.job.finish()
    expectSuccess(post)
    expect(existsSync(key)).toBe(false)
  })
})
