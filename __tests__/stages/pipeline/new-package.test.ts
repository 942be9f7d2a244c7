import { describe, expect, it } from 'vitest'
import type { RunContext } from '../../../src/domain/run-context.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { sessionOf } from '../../../src/oci/registry-client.ts'
import { isNewPackage, newPackageNotice } from '../../../src/pipeline/new-package.ts'
import { openDestination } from '../../../src/pipeline/destination.ts'
import { provePushes } from '../../../src/pipeline/preflight.ts'
import type { World } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'
import { networkPorts } from '../../support/network-ports.ts'
import { namedHosts } from '../../support/registry/named-host.ts'
import { startRegistry } from '../../support/registry/registry.ts'

describe('whether a package is new', () => {
  it.each([
    ['ghcr.io/octo/demo', 404, true],
    ['ghcr.io/octo/demo', 200, false],
    ['ghcr.io/octo/demo', 403, false],
    ['ghcr.io/octo/demo', 500, false],
    ['quay.io/octo/demo', 404, false],
  ])('%s, whose tags are answered with %s: %s', async (name, status, expected) => {
    const ports = fakePorts({ http: async request => answer(request, status) })
    const repository = parseRepository(name)
    const session = sessionOf({ repository, credentials: { kind: 'none' } }, ports)
    expect(await isNewPackage({ repository, session })).toBe(expected)
  })
})

describe('the notice of a new package', () => {
  it.each<[Partial<RunContext>, string]>([
    [
      { repository: 'Octo/demo', ownerKind: 'organization' },
      'https://github.com/orgs/octo/packages/container/demo%2Fweb/settings',
    ],
    [
      { repository: 'octo/demo', ownerKind: 'user' },
      'https://github.com/users/octo/packages/container/demo%2Fweb/settings',
    ],
    [{ repository: 'octo/demo' }, 'https://github.com/octo?tab=packages'],
    [{ repository: 'other/demo', ownerKind: 'user' }, 'https://github.com/octo?tab=packages'],
    [{}, 'https://github.com/octo?tab=packages'],
  ])('for %j says where it is made public', (context, address) => {
    const text = newPackageNotice(parseRepository('ghcr.io/octo/demo/web'), { workflow: true, ...context })
    expect(text).toContain('ghcr.io/octo/demo/web is a new package, and new packages are private')
    expect(text).toContain(address)
  })
})

it('the proof of a push asks for one login per repository, and learns which packages are new', async () => {
  const users = { t: { login: 'octo', scopes: ['read:packages', 'write:packages'] } } as const
  const packages = { 'octo/there': { owner: 'octo', visibility: 'private', repositories: [] } } as const
  const registry = await startRegistry({ auth: 'ghcr', users, packages })
  await using real = networkPorts({ deadline: 0 })
  const world = { ...real, http: namedHosts(real.http, { 'ghcr.io': registry.host }) } as unknown as World
  try {
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
    })
    const destinations = new Map(
      ['octo/there', 'octo/new'].map(path => {
        const repository = parseRepository(`ghcr.io/${path}`)
        return [
          `ghcr.io/${path}`,
          openDestination(repository, { kind: 'password', username: 'octo', password: 't' }, world),
        ]
      }),
    )
    const there = destinations.get('ghcr.io/octo/there')
    await there?.session.send({
      method: 'PUT',
      url: 'https://ghcr.io/v2/octo/there/manifests/latest',
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body: index,
    })
    expect([...(await provePushes(destinations, world))]).toEqual(['ghcr.io/octo/new'])
    const asked = registry.journal.map(
      ({ method, path, status }) => `${method} ${path.split('?')[0]} ${status}`,
    )
    expect(asked.filter(line => line.startsWith('GET /token'))).toHaveLength(2)
    expect(asked.filter(line => line.endsWith(' 401'))).toHaveLength(2)
    expect(asked.filter(line => line.startsWith('POST') && line.endsWith('202'))).toHaveLength(2)
  } finally {
    await registry.close()
  }
})
