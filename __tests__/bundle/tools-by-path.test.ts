import { chmod, copyFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { fakeTool } from '../support/bundle/fake-tool.ts'
import { expectFailure, type SeenFailure, expectSuccess } from '../support/bundle/failures.ts'
import { anyMachine } from '../support/bundle/plain-text.ts'
import { openScene } from '../support/bundle/scene.ts'

/** What `setup` tells of a file in the workspace that is given as apko. */
async function refused(text: string, mode: number): Promise<SeenFailure> {
  await using scene = await openScene()
  await chmod(await scene.write('bin/apko', text), mode)
  const inputs = { 'apko-version': './bin/apko', 'apko-sha256': '' }
  const failure = await expectFailure(scene, await scene.step('setup', inputs))
  return { ...failure, text: anyMachine(failure.text) }
}

describe('a tool given by its path', () => {
  it('is used as it is', async () => {
    await using scene = await openScene()
    const path = await scene.write('bin/my apko', await fakeTool('apko'))
    await chmod(path, 0o755)
    const inputs = {
      'apko-version': 'bin/my apko',
      'apko-sha256': '',
      'melange-version': path.replace('my ', ''),
    }
    await copyFile(path, path.replace('my ', ''))
    const result = await scene.step('setup', { ...inputs, 'melange-sha256': '' })
    expectSuccess(result)
    expect(result.outputs['apko-version']).toBe('1.2.39')
    expect(scene.server.requests).toEqual([])
  })

  it('has to be executable', async () => {
    expect(await refused(await fakeTool('apko'), 0o644)).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "TOOL_UNSUITED",
        "text": "<workspace>/bin/apko is not executable
      chmod +x <workspace>/bin/apko",
      }
    `)
  })
  it.each(['no program\n', '\x7fELF'])('has to be a program of this machine: %j', async text => {
    expect(await refused(text, 0o755)).toMatchObject({
      code: 'TOOL_UNSUITED',
      text: expect.stringMatching(
        /^this apko cannot be used on linux\/<arch>: .*\nTake a build of apko that is made for linux\/<arch>\.$/s,
      ),
    })
  })
  it('has to be the tool', async () => {
    expect(await refused('#!/bin/sh\necho hello\n', 0o755)).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "TOOL_UNSUITED",
        "text": "this apko cannot be used on linux/<arch>: <workspace>/bin/apko: it does not tell its version
      Take a build of apko that is made for linux/<arch>.",
      }
    `)
  })
  it('has to be one that works', async () => {
    expect(await refused('#!/bin/sh\necho broken >&2\nexit 3\n', 0o755)).toMatchObject({
      code: 'TOOL_UNSUITED',
      text: expect.stringMatching(/apko: (version|build --help) ended with 3: broken\n/),
    })
  })
  it('has to be there', async () => {
    await using scene = await openScene()
    const result = await scene.step('setup', { 'apko-version': '/nowhere/apko', 'apko-sha256': '' })
    expect(await expectFailure(scene, result)).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "TOOL_MISSING",
        "text": "apko-version names /nowhere/apko, where there is no file
      A path is relative to the workspace. For a release give its version without a slash.",
      }
    `)
  })
  it('has to have the sha256 that was given', async () => {
    await using scene = await openScene()
    await chmod(await scene.write('apko', await fakeTool('apko')), 0o755)
    const result = await scene.step('setup', { 'apko-version': './apko', 'apko-sha256': '0'.repeat(64) })
    expect(await expectFailure(scene, result)).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "CHECKSUM_MISMATCH",
        "text": "<workspace>/apko has sha256 <sha256>; expected: <sha256>
      Correct apko-sha256, which for a path is that of the binary itself, or the file.",
      }
    `)
  })
})
