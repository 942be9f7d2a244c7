import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { expectFailed } from '../support/bundle/failures.ts'
import { readToken, startJobRegistry } from '../support/bundle/job-registry.ts'
import { workingBwrap } from '../support/bundle/programs.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'
import type { Fault } from '../support/registry/faults.ts'

const files = {
  'melange.yaml': melangeYaml,
  'app.py': 'print()\n',
  'apko.yaml': 'contents:\n  packages: [senhas]\n',
}

interface Setting {
  readonly inputs?: Readonly<Record<string, string>>
  readonly faults?: readonly Fault[]
  /** Text of docker's config.json. */
  readonly docker?: string
}

/** Codes and first lines of what is told when a build cannot end well; nothing was downloaded or built by then. */
async function foreseen({ inputs = {}, faults = [], docker }: Setting): Promise<readonly string[]> {
  await using scene = await openScene({ files, programs: { bwrap: workingBwrap } })
  await using registry = await startJobRegistry({}, faults)
  if (docker !== undefined) await scene.write('.docker/config.json', docker)
  const given = { ...registry.inputs, deadline: '50ms', ...inputs }
  const env = { DOCKER_CONFIG: `${scene.job.workspace}/.docker` }
  const told = await expectFailed(scene, await scene.step('.', given, { env }))
  expect(scene.server.requests).toEqual([])
  expect(await scene.calls()).toEqual([])
  return told.map(({ code, text }) => `${code} ${text.split('\n')[0]}`)
}

const goodKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
const nobody = { username: '', token: '' }

describe('before anything is built, a build tells', () => {
  it.each<[string, Setting, readonly string[]]>([
    [
      'a broken docker configuration, and that there is no engine',
      { docker: '{', inputs: { ...nobody, load: 'true' } },
      [
        'CREDENTIALS_INVALID <workspace>/.docker/config.json: it is not a JSON object',
        'ENGINE_MISSING there is neither docker nor podman to load the image into',
      ],
    ],
    [
      'a credential helper that is missing',
      { docker: '{"credsStore": "none-such"}', inputs: nobody },
      [
        'CREDENTIALS_INVALID <workspace>/.docker/config.json: credsStore names docker-credential-none-such, and there is no such program',
      ],
    ],
    [
      'a registry that is not there',
      { inputs: { image: '127.0.0.1:1/octo/senhas' } },
      ['NETWORK_FAILED cannot reach <host>: connection refused'],
    ],
    [
      'a registry that is silent',
      { faults: [{ match: /^POST/, times: 9, action: { kind: 'delay', milliseconds: 600_000 } }] },
      ['NETWORK_FAILED cannot reach <host>: timed out: no answer came'],
    ],
    [
      'a login that may not push',
      { inputs: { token: readToken } },
      ['REGISTRY_DENIED the login may not push to <host>/octo/senhas: permission_denied: create_package'],
    ],
    [
      'a login that is missing',
      { inputs: nobody },
      ['REGISTRY_DENIED <host> asks who you are, and no login for it was given or found'],
    ],
  ])('%s', async (_, setting, expected) => {
    expect(await foreseen(setting)).toEqual(expected)
  })
})

it.each<[Record<string, string>, string]>([
  [{ 'cosign-key': 'none' }, 'KEY_INVALID'],
  [{ 'cosign-key': goodKey, 'trusted-root': 'none.json' }, 'INPUT_INVALID'],
  [{}, 'IDENTITY_MISSING'],
])('sign looks at what it signs with before it asks the registry (%#)', async (inputs, code) => {
  await using scene = await openScene()
  await using registry = await startJobRegistry()
  const { username = '', token = '' } = registry.inputs
  const image = `${registry.host}/octo/senhas@sha256:${'0'.repeat(64)}`
  const result = await scene.step('sign', { image, username, token, sign: 'auto', ...inputs })
  const [failure] = await expectFailed(scene, result)
  expect(failure?.code).toBe(code)
  expect(failure?.text).not.toContain('sign: false')
  expect(registry.journal).toEqual([])
})
