import { execFileSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { cachedTools } from '../support/bundle/cached.ts'
import { leftovers } from '../support/bundle/leftovers.ts'
import { anyMachine, shownLog } from '../support/bundle/plain-text.ts'
import { openScene } from '../support/bundle/scene.ts'

describe('setup', () => {
  it('puts verified tools on PATH; a second run asks the network nothing, even when it is cut', async () => {
    await using scene = await openScene()
    const first = await scene.step('setup')
    expectSuccess(first)
    expect(first.outputs).toEqual({
      'melange-version': '0.56.5',
      'melange-sha256': scene.releases.melange.sha256,
      'apko-version': '1.2.39',
      'apko-sha256': scene.releases.apko.sha256,
    })
    expect(scene.server.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'GET 200',
      'GET 200',
    ])
    const [melange = '', apko = ''] = first.paths
    expect(execFileSync(join(melange, 'melange'), ['version'], { encoding: 'utf8' })).toContain('v0.56.5')
    expect((await stat(join(apko, 'apko'))).mode & 0o777).toBe(0o755)

    await scene.server.close()
    const second = await scene.step('setup')
    expectSuccess(second)
    expect([second.outputs, second.paths]).toEqual([first.outputs, first.paths])
    expect(scene.server.requests).toHaveLength(2)
    const lines = anyMachine(shownLog(second.log)).split('\n')
    expect(lines.slice(2, -1).sort()).toMatchInlineSnapshot(`
      [
        "apko 1.2.39 for linux/<arch>: from the tool cache",
        "apko 1.2.39: the given apko-sha256 stands in for the catalogue's",
        "melange 0.56.5 for linux/<arch>: from the tool cache",
        "melange 0.56.5: the given melange-sha256 stands in for the catalogue's",
      ]
    `)
    expect(await scene.job.finish()).toEqual([])
    expect(await leftovers(scene.job)).toEqual([])
  })

  it('lets two jobs at once fill one cache', async () => {
    await using scene = await openScene()
    const both = await Promise.all([scene.step('setup'), scene.step('setup')])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both[0].paths).toEqual(both[1].paths)
    expect(await cachedTools(scene.job.tools)).toEqual(['apko 1.2.39', 'melange 0.56.5'])
    expect(await leftovers(scene.job)).toEqual([])
  })

  it('needs no network for a tool that is there when the other is downloaded', async () => {
    await using scene = await openScene()
    const apko = { ...scene.toolInputs, 'melange-sha256': 'f'.repeat(64) }
    expect((await scene.step('setup', apko)).code).toBe(1)
    const before = scene.server.requests.length
    const result = await scene.step('setup')
    expectSuccess(result)
    const asked = scene.server.requests.slice(before).map(({ path }) => path)
    expect(asked).toEqual([scene.releases.melange.path])
  })
})
