import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cachedTools } from '../support/bundle/cached.ts'
import { expectFailed, expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { leftovers } from '../support/bundle/leftovers.ts'
import { shownLog } from '../support/bundle/plain-text.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import { signalled } from '../support/bundle/signalled.ts'
import type { StepResult } from '../support/runner/job.ts'

function cancelledBuild(scene: Scene, signal: NodeJS.Signals): Promise<StepResult> {
  const hanging = join(scene.job.root, 'hanging')
  const options = signalled(signal, () => existsSync(hanging))
  return scene.step('package', {}, { env: { FAKE_MELANGE_HANG: hanging }, ...options })
}

describe('a cancel', () => {
  it('in mid-build interrupts melange, and the run ends by itself with nothing left', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const result = await cancelledBuild(scene, 'SIGINT')
    expect(await readFile(join(scene.job.root, 'hanging'), 'utf8')).toBe('interrupted')
    expect(await expectFailure(scene, result)).toEqual({
      code: 'CANCELLED',
      text: 'the run was cancelled, melange with it',
      at: '',
    })
    expect(shownLog(result.log)).toContain('::warning::SIGINT: stopping, and cleaning up')
    const [post] = await scene.job.finish()
    expectSuccess(post)
    expect(await leftovers(scene.job)).toEqual([])
  })

  it('in mid-build leaves what is not ours', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    await mkdir(join(scene.job.temp, 'of-another-step'))
    await writeFile(join(scene.job.temp, 'of-another-step', 'file'), '')
    expect((await cancelledBuild(scene, 'SIGTERM')).code).toBe(1)
    await scene.job.finish()
    expect(await leftovers(scene.job)).toEqual(['temp/of-another-step', 'temp/of-another-step/file'])
  })

  it('while the key is made ends as such, with nothing left', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const hanging = join(scene.job.root, 'hanging')
    const options = signalled('SIGTERM', () => existsSync(hanging))
    const result = await scene.step('package', {}, { env: { FAKE_KEYGEN_HANG: hanging }, ...options })
    expect((await expectFailure(scene, result)).code).toBe('CANCELLED')
  })

  it('that cannot unwind is told all the same, and leaves nothing', async () => {
    // What a program started in a session of its own outlives it, and holds its output open longer than a cancel waits.
    const bwrap = `/usr/bin/setsid /bin/sh -c 'echo "$$" > "$ASKED"; exec /usr/bin/sleep 20' & while :; do :; done`
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml }, programs: { bwrap } })
    const asked = join(scene.job.root, 'asked')
    const options = signalled(
      'SIGTERM',
      () => existsSync(asked) && readFileSync(asked, 'utf8').endsWith('\n'),
    )
    // With a key of ours nothing else is under way that the cancel would end.
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const inputs = { 'signing-key': key.export({ type: 'pkcs1', format: 'pem' }).toString() }
    const result = await scene.step('package', inputs, { env: { ASKED: asked }, ...options })
    process.kill(Number(await readFile(asked, 'utf8')), 'SIGKILL')
    expect([result.code, result.signal]).toEqual([null, 'SIGTERM'])
    expect(result.log).toContain('the run was cancelled%0A(CANCELLED)')
    expect(await leftovers(scene.job)).toEqual([])
  })

  it('by SIGKILL leaves its folder to the next run, which wipes it', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    const hanging = join(scene.job.root, 'hanging')
    const options = signalled('SIGKILL', () => existsSync(hanging))
    const killed = await scene.step('package', {}, { env: { FAKE_MELANGE_HANG: hanging }, ...options })
    expect(killed.signal).toBe('SIGKILL')
    expect(await leftovers(scene.job)).toContainEqual(expect.stringMatching(/\/key\/melange\.rsa$/))
    expectSuccess(await scene.step('setup'))
    const left = await leftovers(scene.job)
    expect(left.filter(path => !/^temp\/giropops-[\w-]*-output(\/|$)/.test(path))).toEqual([])
  })

  it('amid a download leaves no half of a tool', async () => {
    await using scene = await openScene()
    const { path } = scene.releases.apko
    scene.server.faults.push({ kind: 'slow', after: 100, pause: 5000, path, times: 1 })
    const options = signalled('SIGINT', () => scene.server.requests.some(request => request.path === path))
    const failures = await expectFailed(scene, await scene.step('setup', {}, options))
    expect(failures.map(({ code }) => code)).toEqual(['CANCELLED'])
    expect(await cachedTools(scene.job.tools)).not.toContain('apko 1.2.39')
  })

  it('amid a push leaves no tag', async () => {
    await using scene = await openScene({ files: { 'apko.yaml': 'contents:\n  packages: [busybox]\n' } })
    await using registry = await startJobRegistry({}, [
      { match: /^PUT .*\/manifests\//, action: { kind: 'delay', milliseconds: 5000 }, times: 9 },
    ])
    const uploaded = (): boolean => registry.journal.filter(({ method }) => method === 'PUT').length === 2
    const options = signalled('SIGINT', uploaded)
    const failures = await expectFailed(scene, await scene.step('image', registry.inputs, options))
    expect(failures.map(({ code }) => code)).toEqual(['CANCELLED'])
    expect(registry.tags).toEqual([])
  })
})
