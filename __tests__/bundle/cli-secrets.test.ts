import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, type CliResult } from '../support/bundle/cli.ts'
import { expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'

const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ecPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = rsaPair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const ec = ecPair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

function giropops(scene: Scene, args: readonly string[]): Promise<CliResult> {
  const { root, workspace, temp, tools } = scene.job
  return runCli(args, {
    cwd: workspace,
    env: { ...scene.env, HOME: root, TMPDIR: temp, RUNNER_TOOL_CACHE: tools },
  })
}

const flagsOf = (inputs: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(inputs).map(([name, text]) => `--${name}=${text}`)

describe('a private key on the command line', () => {
  it.each([
    [
      'of its flag',
      ['--signing-key', rsa],
      '--signing-key: a secret is given as a file, or in GIROPOPS_SIGNING_KEY',
    ],
    [
      'behind =',
      [`--cosign-key=${rsa}`],
      '--cosign-key: a secret is given as a file, or in GIROPOPS_COSIGN_KEY',
    ],
    ['alone', [rsa], 'a private key (not shown) is not an argument of giropops'],
    ['of another flag', [`--runner=${rsa}`], 'input "runner" is a private key (not shown); accepted: auto'],
  ])('%s is not shown', async (_where, args, message) => {
    await using scene = await openScene()
    const { code, stdout, stderr } = await giropops(scene, args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`error: ${message}`)
    for (const line of rsa.split('\n').filter(each => each.length > 12)) expect(stderr).not.toContain(line)
  })
})

describe('files of secrets', () => {
  it('in the source folder are seen by no build, whatever they are for', async () => {
    const files = { 'melange.yaml': melangeYaml, 'app.py': '', 'own.rsa': rsa, 'secrets/token': 'abc' }
    await using scene = await openScene({ files })
    const args = ['package', ...flagsOf(scene.toolInputs), '--signing-key', 'own.rsa']
    const { code, stderr } = await giropops(scene, args)
    expectSuccess({ code, raw: stderr })
    const build = (await scene.calls()).find(call => call.args[0] === 'build')
    expect(build?.sources).toEqual(['app.py', 'melange.yaml', 'secrets/token'])
    expect(stderr).not.toContain('<details>')
  })

  it('of signing and logins are not seen either', async () => {
    const names = ['cosign-key', 'cosign-password', 'token', 'github-token'] as const
    const files = { 'cosign-key': ec, 'cosign-password': 'word', token: 'abc', 'github-token': 'def' }
    await using scene = await openScene({ files: { ...files, 'melange.yaml': melangeYaml } })
    const secrets = names.flatMap(name => [`--${name}`, join(scene.job.workspace, name)])
    const { code, stderr } = await giropops(scene, [...flagsOf(scene.toolInputs), ...secrets])
    expectSuccess({ code, raw: stderr })
    const build = (await scene.calls()).find(call => call.args[0] === 'build')
    expect(build?.sources).toEqual(['melange.yaml'])
  })

  it('may not be empty', async () => {
    await using scene = await openScene({ files: { 'empty.pem': '\n' } })
    const { code, stderr } = await giropops(scene, ['--signing-key', 'empty.pem'])
    expect(code).toBe(1)
    expect(stderr).toContain('error: --signing-key: its file is empty\n')
  })
})

it('the key that cosign made may be a file of the workspace for the action too, which no build sees', async () => {
  const files = { 'melange.yaml': melangeYaml, 'keys/cosign.key': ec, 'keys/README': '' }
  await using scene = await openScene({ files })
  const result = await scene.step('.', { sign: 'auto', 'cosign-key': 'keys/cosign.key', push: 'false' })
  expectSuccess(result)
  const build = (await scene.calls()).find(({ args }) => args[0] === 'build')
  expect(build?.sources).toEqual(['keys/README', 'melange.yaml'])
  const body = ec.split('\n').slice(1, -2)
  for (const line of body) expect(result.raw).toContain(`::add-mask::${line}`)
})

it('the file of a key to sign with that is not there is told by sign, before anything is asked of a registry', async () => {
  await using scene = await openScene()
  const image = `ghcr.io/octo/demo@sha256:${'0'.repeat(64)}`
  const result = await scene.step('sign', { sign: 'auto', image, 'cosign-key': 'no.key' })
  const { code, text } = await expectFailure(scene, result)
  expect(code).toBe('KEY_INVALID')
  expect(text).toContain('input "cosign-key" is neither a PEM text nor the path of a file that can be read')
})
