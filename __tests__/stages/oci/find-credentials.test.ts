import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { Credentials } from '../../../src/oci/credentials.ts'
import { findCredentials, type CredentialsRequest } from '../../../src/oci/find-credentials.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'

let dockerConfig: string

beforeEach(async () => {
  dockerConfig = await mkdtemp(join(tmpdir(), 'giropops-docker-'))
})
afterEach(() => rm(dockerConfig, { recursive: true }))

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const none: Credentials = { kind: 'none' }
const inFile: Credentials = { kind: 'password', username: 'me', password: 'filed' }
const auths = { 'ghcr.io': { auth: base64('me:filed') } }

async function find(
  name: string,
  {
    config,
    given,
    helper,
  }: { config?: object; given?: CredentialsRequest['given']; helper?: Answer | undefined } = {},
) {
  if (config !== undefined) await writeFile(join(dockerConfig, 'config.json'), JSON.stringify(config))
  const ports = fakePorts(helper === undefined ? {} : { processes: { 'docker-credential-x': helper } })
  const repository = parseRepository(name)
  const request = { repository, dockerConfig, ...(given === undefined ? {} : { given }) }
  const outcome = findCredentials(request, ports)
  return { ports, outcome }
}

it('prefers what was given, and masks it in each form', async () => {
  const given = { registry: 'ghcr.io', username: 'octo', token: 'given' }
  const { ports, outcome } = await find('ghcr.io/o/n', { config: { auths }, given })
  expect(await outcome).toEqual({ kind: 'password', username: 'octo', password: 'given' })
  expect(ports.masked).toEqual(['given', base64('octo:given')])
})

it('needs no user name beside a token', async () => {
  const { outcome } = await find('ghcr.io/o/n', { given: { registry: 'ghcr.io', token: 'given' } })
  expect(await outcome).toMatchObject({ username: 'x-access-token', password: 'given' })
})

it('sends what was given for one registry to no other', async () => {
  const given = { registry: 'ghcr.io', token: 'given' }
  const { outcome } = await find('registry.example/o/n', { given })
  expect(await outcome).toEqual(none)
})

it('takes an empty token for none', async () => {
  const { outcome } = await find('ghcr.io/o/n', {
    config: { auths },
    given: { registry: 'ghcr.io', token: '' },
  })
  expect(await outcome).toEqual(inFile)
})

it('asks the helper of the registry, by its standard input', async () => {
  const helper = { stdout: JSON.stringify({ ServerURL: 'ghcr.io', Username: 'octo', Secret: 'kept' }) }
  const { ports, outcome } = await find('ghcr.io/o/n', {
    config: { credHelpers: { 'ghcr.io': 'x' }, auths },
    helper,
  })
  expect(await outcome).toEqual({ kind: 'password', username: 'octo', password: 'kept' })
  const command = { tool: 'docker-credential-x', args: ['get'], input: 'ghcr.io', timeLimit: 300_000 }
  expect(ports.commands).toEqual([command])
  expect(ports.masked).toEqual(['kept', base64('octo:kept')])
})

it('asks the store about Docker Hub by its oldest name', async () => {
  const helper = { stdout: JSON.stringify({ Username: '<token>', Secret: 'long' }) }
  const { ports, outcome } = await find('alpine', { config: { credsStore: 'x' }, helper })
  expect(await outcome).toEqual({ kind: 'identity-token', token: 'long' })
  expect(ports.commands[0]?.input).toBe('https://index.docker.io/v1/')
})

it.each([
  ['stdout', { code: 1, stdout: 'credentials not found in native keychain\n' }],
  ['stderr', { code: 1, stderr: 'Error: credentials not found' }],
  ['an empty secret', { stdout: '{"Username":"","Secret":""}' }],
])('goes on with the file when the helper knows nothing (%s)', async (_, helper) => {
  const config = { credsStore: 'x', auths }
  expect(await (await find('ghcr.io/o/n', { config, helper })).outcome).toEqual(inFile)
  expect(await (await find('quay.io/o/n', { config, helper })).outcome).toEqual(none)
})

it.each<[string, string, Answer, string]>([
  ['fails', 'x', { code: 2, stdout: 'secret' }, 'docker-credential-x, named by credsStore, ended with 2'],
  ['talks nonsense', 'x', { stdout: 'secret' }, 'answered something that is not a login'],
  ['answers something else', 'x', { stdout: '{"Secret":7,"Username":"a"}' }, 'that is not a login'],
  [
    'is missing',
    'x',
    () => Promise.reject(new Failure('TOOL_MISSING', 'no')),
    'credsStore names docker-credential-x, and there is no such program',
  ],
  ['has a path for a name', '../x', {}, 'credsStore is not the name of a credential helper'],
])('names file and key when the helper %s', async (_, credsStore, helper, message) => {
  const { outcome } = await find('ghcr.io/o/n', { config: { credsStore }, helper })
  await expect(outcome).rejects.toMatchObject({
    code: 'CREDENTIALS_INVALID',
    message: expect.stringContaining(`${join(dockerConfig, 'config.json')}: `),
  })
  await expect(outcome).rejects.toThrow(message)
  await expect(outcome).rejects.not.toThrow('secret')
})

it('finds none where there is nothing', async () => {
  const { ports, outcome } = await find('ghcr.io/o/n')
  expect(await outcome).toEqual(none)
  expect(ports.masked).toEqual([])
})
