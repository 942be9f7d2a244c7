import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseRepository } from '../../../src/oci/reference.ts'
import { findLogin, type LoginInputs } from '../../../src/pipeline/find-login.ts'
import type { World } from '../../../src/ports.ts'
import { arch } from '../../support/planned-files.ts'
import { fakePorts } from '../../support/fake-ports.ts'

const auth = (user: string) => ({ auth: Buffer.from(`${user}:kept`).toString('base64') })

/** Who we are at each host: `user:password`, or `none`. */
async function logins(
  inputs: LoginInputs,
  hosts: readonly string[],
  kept: readonly string[] = [],
): Promise<object> {
  const dockerConfig = await mkdtemp(join(tmpdir(), 'docker-config-'))
  try {
    const auths = Object.fromEntries(kept.map(host => [host, auth(`at-${host}`)]))
    await writeFile(join(dockerConfig, 'config.json'), JSON.stringify({ auths }))
    const machine = { workspace: '/w', temp: '/t', architecture: arch('amd64'), dockerConfig }
    const world = {
      ...fakePorts(),
      machine,
      context: { workflow: true, actor: 'octo' },
      version: '1',
    } as unknown as World
    const found = hosts.map(async host => {
      const repository = parseRepository(`${host}/o/n`)
      const login = await findLogin(
        repository,
        { inputs, primary: parseRepository(`${hosts[0]}/o/n`).registry },
        world,
      )
      return [host, login.kind === 'password' ? `${login.username}:${login.password}` : login.kind] as const
    })
    return Object.fromEntries(await Promise.all(found))
  } finally {
    await rm(dockerConfig, { recursive: true })
  }
}

const both = ['ghcr.io', 'docker.io'] as const

it.each<[string, LoginInputs, readonly string[], readonly string[], object]>([
  [
    "the job's token alone goes to ghcr.io alone",
    { token: 't' },
    both,
    [],
    { 'ghcr.io': 'octo:t', 'docker.io': 'none' },
  ],
  [
    'nothing given: the docker configuration',
    {},
    both,
    ['docker.io'],
    { 'ghcr.io': 'none', 'docker.io': 'at-docker.io:kept' },
  ],
  [
    'a login without a host is for the first repository',
    { username: 'u', token: 't' },
    ['docker.io', 'quay.io'],
    [],
    { 'docker.io': 'u:t', 'quay.io': 'none' },
  ],
  [
    'a login with a host is for that one',
    { username: 'u', token: 't', registry: 'quay.io' },
    ['docker.io', 'quay.io'],
    ['docker.io'],
    { 'docker.io': 'at-docker.io:kept', 'quay.io': 'u:t' },
  ],
  [
    'a host by another of its names',
    { username: 'u', token: 't', registry: 'index.docker.io' },
    both,
    [],
    { 'ghcr.io': 'none', 'docker.io': 'u:t' },
  ],
  [
    "beside another login the job's token is for ghcr.io",
    { username: 'u', token: 't', registry: 'docker.io', 'github-token': 'job' },
    both,
    [],
    { 'ghcr.io': 'octo:job', 'docker.io': 'u:t' },
  ],
  [
    'but the docker configuration comes before it',
    { username: 'u', token: 't', registry: 'docker.io', 'github-token': 'job' },
    both,
    ['ghcr.io'],
    { 'ghcr.io': 'at-ghcr.io:kept', 'docker.io': 'u:t' },
  ],
  [
    "the job's token goes nowhere else",
    { 'github-token': 'job', username: 'u', token: 't' },
    ['quay.io', 'docker.io'],
    [],
    { 'quay.io': 'u:t', 'docker.io': 'none' },
  ],
  [
    'a login for ghcr.io is the only one there',
    { username: 'u', token: '', registry: 'ghcr.io', 'github-token': 'job' },
    both,
    [],
    { 'ghcr.io': 'none', 'docker.io': 'none' },
  ],
])('%s', async (_, inputs, hosts, kept, expected) => {
  expect(await logins(inputs, hosts, kept)).toEqual(expected)
})
