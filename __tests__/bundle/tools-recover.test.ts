import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { cachedTools } from '../support/bundle/cached.ts'
import { leftovers } from '../support/bundle/leftovers.ts'
import { anyMachine, plainText } from '../support/bundle/plain-text.ts'
import { openScene } from '../support/bundle/scene.ts'
import type { SeenRequest, Trouble } from '../support/release-server.ts'

interface Recovered {
  /** Waits that the log tells of. */
  readonly waits: readonly string[]
  /** Requests for apko's tarball. */
  readonly requests: readonly SeenRequest[]
  readonly size: number
}

/** Downloads apko through one fault. */
async function recovered(trouble: Trouble): Promise<Recovered> {
  await using scene = await openScene()
  const { path, file } = scene.releases.apko
  scene.server.faults.push({ ...trouble, path, times: 1 })
  const result = await scene.step('setup')
  expectSuccess(result)
  expect(await cachedTools(scene.job.tools)).toEqual(['apko 1.2.39', 'melange 0.56.5'])
  expect(await leftovers(scene.job)).toEqual([])
  const waits = result.log.split('\n').filter(line => line.startsWith('download of'))
  return {
    waits: waits.map(line => anyMachine(plainText(line, { mirror: scene.server.url }))),
    requests: scene.server.requests.filter(request => request.path === path),
    size: (await stat(file)).size,
  }
}

describe('a download', () => {
  it('is tried again after a 500', async () => {
    const { waits, requests } = await recovered({ kind: 'status', status: 500 })
    expect(waits).toMatchInlineSnapshot(`
      [
        "download of apko 1.2.39 for linux/<arch>: <mirror> answered 500 for apko 1.2.39 for linux/<arch>, again in <time> (try 2)",
      ]
    `)
    expect(requests.map(({ status }) => status)).toEqual([500, 200])
  })

  it('waits as long as it is asked to', async () => {
    const { waits } = await recovered({ kind: 'status', status: 429, headers: { 'retry-after': '1' } })
    expect(waits.join('\n')).toMatch(/answered 429 .*, again in <time> \(try 2\)/)
  })

  it.each<[string, Trouble]>([
    ['a reset', { kind: 'reset', after: 1000 }],
    ['the end of a cut answer', { kind: 'truncate', after: 1000, announced: true }],
  ])('goes on where it ended after %s', async (_, trouble) => {
    const { waits, requests, size } = await recovered(trouble)
    expect(waits).toHaveLength(1)
    expect(requests.map(({ status, headers }) => [status, headers.range])).toEqual([
      [200, undefined],
      [206, 'bytes=1000-'],
    ])
    expect(size).toBeGreaterThan(1000)
  })
})
