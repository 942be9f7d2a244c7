import { describe, expect, it } from 'vitest'
import { pushImage } from '../../../src/oci/push.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openReferrers } from '../../../src/oci/referrers.ts'
import { openRepository, sessionOf } from '../../../src/oci/registry-client.ts'
import { surveyTags } from '../../../src/oci/tag.ts'
import { writeLayout } from '../../support/image-layout.ts'
import { networkPorts } from '../../support/network-ports.ts'
import { artifactOf } from '../../support/registry/attach-scene.ts'
import { startRegistry, type RegistryOptions, type RegistryStandIn } from '../../support/registry/registry.ts'
import { setTags } from '../../support/set-tags.ts'

const users = { t: { login: 'octo', scopes: ['read:packages', 'write:packages'] } } as const
const options: RegistryOptions = { auth: 'ghcr', users }

/** What a run does with a repository, all by one session; `between` happens after each step. */
async function run(registry: RegistryStandIn, between: () => void = () => {}): Promise<void> {
  await using layout = await writeLayout()
  await using ports = networkPorts({ deadline: 0 })
  const repository = parseRepository(`${registry.host}/octo/demo`)
  const credentials = { kind: 'password', username: 'octo', password: 't' } as const
  const session = sessionOf({ repository, credentials }, ports)
  const at = { repository, credentials, session }
  const tags = { ...at, digest: layout.index.digest, tags: ['1.0.0', 'latest'] }
  const steps = [
    () => openRepository(at, ports).provePush(),
    () => surveyTags([tags], { allowRetag: false }, ports),
    () => pushImage({ ...at, layout: layout.folder, index: layout.index }, ports),
    () => openReferrers(at, ports).attach({ subject: layout.index, artifacts: [artifactOf('signature')] }),
    () => setTags(tags, ports),
  ]
  for (const step of steps) {
    await step()
    between()
  }
  expect(registry.tagsOf('octo/demo').get('latest')).toBe(layout.index.digest)
}

const count = (registry: RegistryStandIn, match: RegExp): number =>
  registry.journal.filter(({ method, path, status }) => match.test(`${method} ${path} ${status}`)).length

describe('one session for a whole run', () => {
  it('is refused once, asks for one token, and asks of each tag what it needs', async () => {
    const registry = await startRegistry(options)
    try {
      await run(registry)
      expect(count(registry, / 401$/)).toBe(1)
      expect(count(registry, /^GET \/token/)).toBe(1)
      expect(count(registry, /^POST .*\/blobs\/uploads\/ 202$/)).toBeGreaterThan(0)
      const looks = (tag: string) => count(registry, new RegExp(`^GET .*/manifests/${tag} `))
      // Before the push, before the write, after it, and once more a moment later; `latest` anew before its write, which waits for 1.0.0.
      expect([looks('1\\.0\\.0'), looks('latest')]).toEqual([4, 5])
      expect(count(registry, /^PUT .*\/manifests\/(1\.0\.0|latest) 201$/)).toBe(2)
    } finally {
      await registry.close()
    }
  })

  it('gets a new token when the registry has forgotten the old one, as often as that is', async () => {
    const registry = await startRegistry(options)
    try {
      await run(registry, () => registry.forgetTokens())
      expect(count(registry, /^GET \/token/)).toBe(5)
    } finally {
      await registry.close()
    }
  })

  it('that begins with many requests lets one of them find out how to log in', async () => {
    const registry = await startRegistry(options)
    await using ports = networkPorts({ deadline: 0 })
    try {
      const repository = parseRepository(`${registry.host}/octo/demo`)
      const client = openRepository(
        { repository, credentials: { kind: 'password', username: 'octo', password: 't' } },
        ports,
      )
      await Promise.all(['a', 'b', 'c', 'd'].map(tag => client.getManifest(tag)))
      expect([count(registry, / 401$/), count(registry, /^GET \/token/), count(registry, / 404$/)]).toEqual([
        1, 1, 4,
      ])
    } finally {
      await registry.close()
    }
  })

  it('whose first request breaks off goes on with the next', async () => {
    const registry = await startRegistry(options)
    await using ports = networkPorts()
    registry.breakWith({ match: /manifests\/a/, action: { kind: 'reset' } })
    try {
      const repository = parseRepository(`${registry.host}/octo/demo`)
      const client = openRepository(
        { repository, credentials: { kind: 'password', username: 'octo', password: 't' } },
        ports,
      )
      expect(await Promise.all(['a', 'b', 'c'].map(tag => client.getManifest(tag)))).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    } finally {
      await registry.close()
    }
  })
})

describe('a login that ends amid a run', () => {
  const basic: RegistryOptions = { auth: 'basic', users }
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] })
  const challenged = { ...json, 'www-authenticate': 'Basic realm="x"' }
  it.each<[string, RegistryOptions, RegExp, Record<string, string>]>([
    ['a registry with tokens', options, /^PUT .*\/manifests\/sha256/, json],
    ['a token service', options, /^GET \/token/, json],
    ['a registry with Basic', basic, /^PUT .*\/manifests\/sha256/, challenged],
    ['one that says nothing', basic, /^PUT .*\/manifests\/1\.0\.0/, json],
  ])('is told as such: %s', async (_, settings, match, headers) => {
    const registry = await startRegistry(settings)
    try {
      let step = 0
      const running = run(registry, () => {
        if ((step += 1) !== 1) return
        registry.forgetTokens()
        registry.breakWith({ match, times: 99, action: { kind: 'answer', status: 401, headers, body } })
      })
      await expect(running).rejects.toMatchObject({
        code: 'REGISTRY_DENIED',
        message: expect.stringContaining(`${registry.host} no longer accepts the login of "octo"`),
        hint: expect.stringContaining('was accepted before in this run, and may have ended meanwhile'),
      })
    } finally {
      await registry.close()
    }
  })
})
