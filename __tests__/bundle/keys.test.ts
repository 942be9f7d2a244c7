import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = { type: 'pkcs1', format: 'pem' } as const
const goodKey = privateKey.export(pem).toString()
const publicText = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const files = { 'melange.yaml': melangeYaml, 'app.py': 'print()\n' }

/** What the raw log, without the runner's own masks, has of a secret's lines. */
function shownOf(secret: string, raw: string): readonly string[] {
  const log = raw
    .split('\n')
    .filter(line => !line.startsWith('::add-mask::'))
    .join('\n')
  return secret
    .split('\n')
    .filter(line => line.length > 12 && !line.startsWith('-----') && log.includes(line))
}

describe('a signing key that is', () => {
  it.each([
    ['public', publicText, 'signing-key is a public key; the private one is needed'],
    [
      'encrypted',
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'signing-key is encrypted; melange has no way to ask for its passphrase',
    ],
    [
      'garbage',
      goodKey.replaceAll(/^[A-Za-z0-9+/=]+$/gm, line => line.split('').reverse().join('')),
      'signing-key is damaged: what its PEM text holds cannot be decoded',
    ],
    ['cut off', goodKey.slice(0, 400), 'signing-key is cut off: its last line'],
    [
      'not RSA',
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      'signing-key is a ec key, not RSA',
    ],
    [
      'no text and no file',
      'hunter2-hunter2-hunter2',
      'input "signing-key" is neither a PEM text nor the path of a file',
    ],
  ])('%s is found before anything is built, and never printed', async (_, key, message) => {
    await using scene = await openScene({ files })
    const result = await scene.step('package', { 'signing-key': key })
    const failure = await expectFailure(scene, result)
    expect(failure.code).toBe('KEY_INVALID')
    expect(failure.text).toContain(message)
    expect(failure.text).toMatch(/\nGive the (PEM )?text/)
    expect(await scene.calls()).toEqual([])
    expect(shownOf(key, result.raw)).toEqual([])
  })
})

describe('a good signing key', () => {
  it('signs, is closed to others, and its public key is the output', async () => {
    await using scene = await openScene({ files })
    const result = await scene.step('package', { 'signing-key': goodKey })
    expectSuccess(result)
    expect(await readFile(result.outputs['public-key'] ?? '', 'utf8')).toBe(publicText)
    const calls = (await scene.calls()).filter(({ keyMode }) => keyMode !== '')
    expect(calls.map(({ args, keyMode }) => `${args[0]} ${keyMode}`)).toEqual(['build 600', 'index 600'])
    for (const { args } of calls)
      expect(args[args.indexOf('--signing-key') + 1]).not.toContain(scene.job.workspace)
    expect(shownOf(goodKey, result.raw)).toEqual([])
  })

  it('may be a file of the workspace, which no build sees', async () => {
    await using scene = await openScene({ files: { ...files, 'keys/own.rsa': goodKey, 'keys/README': '' } })
    const result = await scene.step('package', { 'signing-key': 'keys/own.rsa', output: 'out' })
    expectSuccess(result)
    const build = (await scene.calls()).find(({ args }) => args[0] === 'build')
    expect(build?.sources).toEqual(['app.py', 'keys/README', 'melange.yaml'])
    const key = await readFile(`${scene.job.workspace}/out/packages/melange.rsa.pub`, 'utf8')
    expect(createPublicKey(key).equals(publicKey)).toBe(true)
  })
})
