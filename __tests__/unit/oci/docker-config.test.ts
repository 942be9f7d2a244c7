import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authOf, helperOf, readDockerConfig, type DockerConfig } from '../../../src/oci/docker-config.ts'
import { parseRepository } from '../../../src/oci/reference.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'giropops-docker-'))
})
afterEach(() => rm(folder, { recursive: true }))

const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function read(content: unknown): Promise<DockerConfig> {
  await writeFile(
    join(folder, 'config.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  )
  const config = await readDockerConfig(folder)
  if (config === undefined) throw new Error('no config')
  return config
}

describe('auths', () => {
  const me = { kind: 'password', username: 'me', password: 'secret' }
  const auth = base64('me:secret')

  it.each([
    ['its host', 'ghcr.io/o/n', { 'ghcr.io': { auth } }, me],
    ['host with scheme', 'ghcr.io/o/n', { 'https://ghcr.io': { auth } }, me],
    ['host with scheme and path', 'ghcr.io/o/n', { 'https://ghcr.io/v2/': { auth } }, me],
    ['host and version', 'ghcr.io/o/n', { 'ghcr.io/v1/': { auth } }, me],
    ['host with port', '127.0.0.1:5000/n', { '127.0.0.1:5000': { auth } }, me],
    ['the key of Docker Hub', 'owner/name', { 'https://index.docker.io/v1/': { auth } }, me],
    ['the name of Docker Hub', 'alpine', { 'docker.io': { auth } }, me],
    ['the owner', 'ghcr.io/o/n', { 'ghcr.io': { auth: base64('a:b') }, 'ghcr.io/o': { auth } }, me],
    [
      'the longest path',
      'ghcr.io/o/n',
      { 'ghcr.io/o': { auth: base64('a:b') }, 'ghcr.io/o/n': { auth } },
      me,
    ],
    ['username and password', 'ghcr.io/o/n', { 'ghcr.io': { username: 'me', password: 'secret' } }, me],
    [
      'a password with colons and filling zeros',
      'ghcr.io/o/n',
      { 'ghcr.io': { auth: base64('me:se:cret\0\0') } },
      { ...me, password: 'se:cret' },
    ],
    [
      'an identity token',
      'ghcr.io/o/n',
      { 'ghcr.io': { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'long' } },
      { kind: 'identity-token', token: 'long' },
    ],
    [
      'a registry token',
      'ghcr.io/o/n',
      { 'ghcr.io': { registrytoken: 'bare' } },
      { kind: 'registry-token', token: 'bare' },
    ],
    ['another host', 'ghcr.io/o/n', { 'quay.io': { auth } }, undefined],
    ['a host that only begins alike', 'ghcr.io/o/n', { 'ghcr.io.example': { auth } }, undefined],
    ['another port', '127.0.0.1:5000/n', { '127.0.0.1': { auth } }, undefined],
    ['another owner', 'ghcr.io/owner/n', { 'ghcr.io/o': { auth } }, undefined],
    ['the mark of a credential store', 'ghcr.io/o/n', { 'ghcr.io': {} }, undefined],
    ['nothing', 'ghcr.io/o/n', {}, undefined],
  ])('finds by %s', async (_, name, auths, expected) => {
    expect(authOf(await read({ auths }), parseRepository(name))).toEqual(expected)
  })

  it.each([
    ['ghcr.io', { auth: base64('no colon') }, 'auths["ghcr.io"].auth is not the base64 of'],
    ['ghcr.io', { auth: '*!secret!*' }, 'auths["ghcr.io"].auth is not the base64 of'],
    ['ghcr.io', { auth: 7 }, 'auths["ghcr.io"].auth is not a text'],
    ['https://ghcr.io/', 'secret', 'auths["https://ghcr.io/"] is not an object'],
  ])('names the broken key %s', async (key, entry, message) => {
    const config = await read({ auths: { [key]: entry } })
    const reading = () => authOf(config, parseRepository('ghcr.io/o/n'))
    expect(reading).toThrow(expect.objectContaining({ code: 'CREDENTIALS_INVALID' }))
    expect(reading).toThrow(`${join(folder, 'config.json')}: ${message}`)
    expect(reading).not.toThrow(/secret|no colon/)
  })
})

describe('helpers', () => {
  it.each([
    ['ghcr.io/o/n', { credHelpers: { 'ghcr.io': 'own' }, credsStore: 'all' }, ['own', 'ghcr.io']],
    ['ghcr.io/o/n', { credHelpers: { 'quay.io': 'own' }, credsStore: 'all' }, ['all', 'ghcr.io']],
    ['alpine', { credsStore: 'all' }, ['all', 'https://index.docker.io/v1/']],
    ['alpine', { credHelpers: { 'docker.io': 'own' } }, ['own', 'docker.io']],
    ['ghcr.io/o/n', { credsStore: '' }, []],
    ['ghcr.io/o/n', {}, []],
  ])('for %s in %j', async (name, content, expected) => {
    const helper = helperOf(await read(content), parseRepository(name))
    expect(helper === undefined ? [] : [helper.name, helper.server]).toEqual(expected)
  })
})

describe('the file', () => {
  it('may be missing or empty', async () => {
    expect(await readDockerConfig(join(folder, 'nowhere'))).toBeUndefined()
    await writeFile(join(folder, 'config.json'), '\n')
    expect(await readDockerConfig(folder)).toBeUndefined()
  })

  it('is named when it cannot be read', async () => {
    await mkdir(join(folder, 'config.json'))
    await expect(readDockerConfig(folder)).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      message: `${join(folder, 'config.json')}: it cannot be read`,
    })
  })

  it.each([
    ['{"auths": {"secret', 'it is not a JSON object'],
    ['["secret"]', 'it is not a JSON object'],
    ['{"auths": "secret"}', 'auths is not an object'],
    ['{"credsStore": ["secret"]}', 'credsStore is not a text'],
    ['{"credHelpers": {"ghcr.io": ["secret"]}}', 'credHelpers["ghcr.io"] is not a text'],
  ])('is named when it is broken: %s', async (content, message) => {
    const reading = read(content)
    await expect(reading).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
    await expect(reading).rejects.toThrow(`${join(folder, 'config.json')}: ${message}`)
    await expect(reading).rejects.not.toThrow('secret')
  })
})
