import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import type { Credentials } from '../../../src/oci/credentials.ts'
import { pushImage, type Pushed } from '../../../src/oci/push.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { writeLayout, type WrittenLayout } from '../../support/image-layout.ts'
import { networkPorts, type NetworkOptions, type NetworkPorts } from '../../support/network-ports.ts'
import type { Answer } from '../../support/registry/answer.ts'
import type { Fault } from '../../support/registry/faults.ts'
import { startRegistry, type JournalEntry, type RegistryOptions } from '../../support/registry/registry.ts'
import { setTags } from '../../support/set-tags.ts'

const users = {
  ghs_test: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages', 'write:packages'] },
  ghs_ro: { login: 'octo', repository: 'octo/demo', scopes: ['read:packages'] },
  ghs_other: { login: 'octo', repository: 'octo/other', scopes: ['read:packages', 'write:packages'] },
} as const
const login = (password: string): Credentials => ({ kind: 'password', username: 'octo', password })
const anonymous: Credentials = { kind: 'none' }
const lasting = 1_000_000

interface Scene {
  readonly faults?: readonly Fault[]
  readonly registry?: RegistryOptions
  readonly credentials?: Credentials
  readonly ports?: NetworkOptions
}

interface Played {
  readonly pushed: Pushed | undefined
  readonly failure: Failure | undefined
  readonly journal: readonly JournalEntry[]
  readonly tags: readonly string[]
  readonly waits: NetworkPorts['waits']
  readonly unusedFaults: number
  readonly layout: WrittenLayout
}

/** Pushes an image of one platform and tags it. */
async function play(scene: Scene): Promise<Played> {
  const { faults = [], credentials = login('ghs_test') } = scene
  const registry = await startRegistry({ auth: 'ghcr', users, ...scene.registry })
  await using layout = await writeLayout({ platforms: { amd64: ['a layer of some bytes'] } })
  await using ports = networkPorts({ deadline: 60_000, ...scene.ports })
  registry.breakWith(...faults)
  const repository = parseRepository(`${registry.host}/octo/demo`)
  const request = { layout: layout.folder, index: layout.index, repository, credentials, concurrency: 1 }
  const run = async () => {
    const pushed = await pushImage(request, ports)
    await setTags({ repository, credentials, digest: pushed.digest, tags: ['1.0.0'] }, ports)
    return pushed
  }
  try {
    const outcome = await run().then(
      pushed => ({ pushed, failure: undefined }),
      (failure: Failure) => ({ pushed: undefined, failure }),
    )
    const { journal, faults: list } = registry
    const tags = [...registry.tagsOf('octo/demo').keys()]
    return {
      ...outcome,
      journal,
      tags,
      // But for that after a tag was set.
      waits: ports.waits.filter(each => each !== 300),
      unusedFaults: list.unused,
      layout,
    }
  } finally {
    await registry.close()
  }
}

const blobPut = /^PUT .*\/blobs\/uploads\//
const manifestPut = /^PUT .*\/manifests\/sha256:/
const manifestGet = /^GET .*\/manifests\/sha256:/
const code = (status: number, error: string, message: string): Fault['action'] => ({
  kind: 'answer',
  status,
  body: JSON.stringify({ errors: [{ code: error, message }] }),
})

describe('what passes', () => {
  it.each<[string, Fault, Omit<Scene, 'faults'>?]>([
    ['500 at the first look', { match: /^HEAD/, action: { kind: 'answer', status: 500 } }],
    [
      '502 with a page of a proxy',
      { match: /^POST/, action: { kind: 'answer', status: 502, body: '<html>' } },
    ],
    ['503 at a blob', { match: blobPut, action: { kind: 'answer', status: 503 } }],
    ['408 at a blob', { match: blobPut, action: { kind: 'answer', status: 408 } }],
    ['503 at a manifest', { match: manifestPut, action: { kind: 'answer', status: 503 } }],
    ['503 at a tag', { match: /manifests\/1\.0\.0$/, action: { kind: 'answer', status: 503 } }],
    ['503 at the token service', { match: /token/, action: { kind: 'answer', status: 503 } }],
    [
      'a limit of requests told by its code',
      { match: /^POST/, action: code(403, 'TOOMANYREQUESTS', 'slow') },
    ],
    ['an upload that got lost', { match: blobPut, action: code(404, 'BLOB_UPLOAD_UNKNOWN', 'gone') }],
    [
      'a manifest whose digest is not found in it, amid the push of another run',
      { match: manifestPut, action: code(400, 'DIGEST_INVALID', 'provided digest did not match') },
    ],
    ['a reset before a blob', { match: /^POST/, action: { kind: 'reset' } }],
    ['a reset amid a blob', { match: blobPut, action: { kind: 'reset-request', after: 7 } }],
    ['a reset of the token service', { match: /token/, action: { kind: 'reset' } }],
    ['a reset amid a manifest', { match: manifestPut, action: { kind: 'reset-request', after: 7 } }],
    ['a lost answer to a manifest', { match: manifestPut, action: { kind: 'lose-answer' } }],
    ['a lost answer to a tag', { match: /PUT .*1\.0\.0$/, action: { kind: 'lose-answer' } }],
    ['half a manifest read back', { match: manifestGet, action: { kind: 'cut-answer' } }],
    ['a manifest that shows later', { match: manifestGet, action: code(404, 'MANIFEST_UNKNOWN', 'not yet') }],
    [
      'a registry that hangs',
      { match: blobPut, action: { kind: 'delay', milliseconds: 1500 } },
      { ports: { idleTimeout: 300 } },
    ],
    ['a slow registry', { match: blobPut, action: { kind: 'delay', milliseconds: 300 } }],
  ])('%s', async (_, fault, scene = {}) => {
    const { pushed, failure, tags, unusedFaults, waits } = await play({ ...scene, faults: [fault] })
    expect(failure).toBeUndefined()
    expect(pushed).toMatchObject({ uploaded: 2 })
    expect(tags).toEqual(['1.0.0'])
    expect(unusedFaults).toBe(0)
    expect(waits.length).toBe(fault.action.kind === 'delay' && scene.ports === undefined ? 0 : 1)
  })

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Fri, 02 Jan 2026 00:00:09 GMT', 9000],
  ])('429, for as long as Retry-After says in %s', async (_, value, milliseconds) => {
    // The clock of the tests starts at 2026-01-02T00:00:00Z.
    const headers = { 'retry-after': value }
    const { failure, waits } = await play({
      faults: [{ match: /^HEAD/, action: { kind: 'answer', status: 429, headers } }],
    })
    expect(failure).toBeUndefined()
    expect(waits).toEqual([milliseconds])
  })

  it('an answer that got lost after the blob was stored: it is not sent again', async () => {
    const { failure, journal, layout } = await play({
      faults: [{ match: blobPut, action: { kind: 'lose-answer' } }],
    })
    expect(failure).toBeUndefined()
    const [layer = layout.index] = layout.layers
    expect(journal.filter(each => blobPut.test(`${each.method} ${each.path}`)).length).toBe(2)
    expect(journal.filter(each => each.path.endsWith(layer.digest)).length).toBeGreaterThan(0)
  })
})

describe('what does not pass', () => {
  const withDigest = (answer: Answer): Answer => ({
    ...answer,
    headers: { ...answer.headers, 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
  })
  const otherBytes = (answer: Answer): Answer => ({
    ...answer,
    headers: { 'content-type': answer.headers?.['content-type'] ?? '' },
    body: `${String(answer.body)} `,
  })

  it.each<[string, Scene, Partial<Failure>]>([
    [
      'no login',
      { credentials: anonymous },
      {
        code: 'REGISTRY_DENIED',
        message: expect.stringContaining('asks who you are, and no login for it was given or found'),
        hint: expect.stringContaining('Give the inputs username and token'),
      },
    ],
    [
      'a login that is not accepted',
      { credentials: login('ghs_wrong') },
      {
        code: 'REGISTRY_DENIED',
        message: expect.stringContaining('does not accept the login of "octo"'),
        hint: expect.stringContaining('expired'),
      },
    ],
    [
      'no login at Basic',
      { credentials: anonymous, registry: { auth: 'basic' } },
      { code: 'REGISTRY_DENIED', message: expect.stringContaining('asks who you are') },
    ],
    [
      'a login that is not accepted at Basic',
      { credentials: login('ghs_wrong'), registry: { auth: 'basic' } },
      { code: 'REGISTRY_DENIED', message: expect.stringContaining('does not accept the login of "octo"') },
    ],
    [
      'a token that may not create the package',
      { credentials: login('ghs_ro') },
      {
        code: 'REGISTRY_DENIED',
        message: expect.stringContaining('the login may not push to'),
        hint: expect.stringContaining('Add "packages: write" to the job\'s permissions'),
      },
    ],
    [
      "a token of another repository's job",
      {
        credentials: login('ghs_other'),
        registry: {
          packages: { 'octo/demo': { owner: 'octo', visibility: 'public', repositories: ['octo/demo'] } },
        },
      },
      {
        code: 'REGISTRY_DENIED',
        message: expect.stringContaining('permission_denied: write_package'),
        hint: expect.stringContaining('"Manage Actions access"'),
      },
    ],
    [
      'a public package and no login',
      {
        credentials: anonymous,
        registry: { packages: { 'octo/demo': { owner: 'octo', visibility: 'public', repositories: [] } } },
      },
      { code: 'REGISTRY_DENIED', message: expect.stringContaining('a run without a login may not push to') },
    ],
    [
      '404 for everything',
      { faults: [{ match: /^POST/, action: { kind: 'answer', status: 404 } }] },
      {
        code: 'REGISTRY_FAILED',
        message: expect.stringContaining('the registry answered 404'),
        hint: expect.stringContaining('a container registry, and the name right?'),
      },
    ],
    [
      'a repository to be created first',
      { faults: [{ match: /^POST/, action: code(404, 'NAME_UNKNOWN', 'repository name not known') }] },
      {
        code: 'REGISTRY_FAILED',
        message: expect.stringContaining('404: repository name not known'),
        hint: expect.stringContaining('Create the repository octo/demo'),
      },
    ],
    [
      '413 even for small requests',
      { registry: { maxBody: 10 } },
      { code: 'REGISTRY_FAILED', hint: expect.stringContaining('limits the size of a request') },
    ],
    [
      '501',
      { faults: [{ match: /^POST/, times: lasting, action: { kind: 'answer', status: 501 } }] },
      { code: 'REGISTRY_FAILED', message: expect.stringContaining('501') },
    ],
    [
      '500 for longer than the deadline',
      { faults: [{ match: blobPut, times: lasting, action: { kind: 'answer', status: 500 } }] },
      {
        code: 'REGISTRY_FAILED',
        message: expect.stringContaining('the registry answered 500'),
        hint: expect.stringContaining('run it again later'),
      },
    ],
    [
      '429 for longer than the deadline',
      {
        faults: [
          { match: /^HEAD/, action: { kind: 'answer', status: 429, headers: { 'retry-after': '3600' } } },
        ],
      },
      { code: 'REGISTRY_FAILED', message: expect.stringContaining('the registry answered 429') },
    ],
    [
      'resets for longer than the deadline',
      { faults: [{ match: blobPut, times: lasting, action: { kind: 'reset-request', after: 3 } }] },
      { code: 'NETWORK_FAILED' },
    ],
    [
      'garbage of the token service',
      { faults: [{ match: /token/, action: { kind: 'answer', status: 200, body: '<html>Log in</html>' } }] },
      { code: 'REGISTRY_FAILED', message: expect.stringContaining('something that is not a token') },
    ],
    [
      'a token service that is gone',
      { faults: [{ match: /token/, action: { kind: 'answer', status: 404 } }] },
      { code: 'REGISTRY_FAILED', message: expect.stringMatching(/^login at .*: the registry answered 404/) },
    ],
    [
      'a blob of another size',
      { faults: [{ match: /^HEAD/, action: { kind: 'answer', status: 200, body: 'seven !' } }] },
      { code: 'REGISTRY_MISMATCH', message: expect.stringContaining('with 7 bytes, ours is') },
    ],
    [
      'a manifest announced by another digest',
      { faults: [{ match: manifestPut, action: { kind: 'rewrite', change: withDigest } }] },
      { code: 'REGISTRY_MISMATCH', message: expect.stringContaining('it calls it sha256:0000') },
    ],
    [
      'a manifest read back with other bytes',
      { faults: [{ match: manifestGet, action: { kind: 'rewrite', change: otherBytes } }] },
      { code: 'REGISTRY_MISMATCH', message: expect.stringContaining('does not give back what was put at') },
    ],
    [
      'a tag read back with other bytes',
      {
        faults: [
          {
            match: /^GET .*manifests\/1\.0\.0$/,
            // The first look, before the tag is written.
            after: 1,
            times: lasting,
            action: { kind: 'rewrite', change: otherBytes },
          },
        ],
      },
      { code: 'TAG_REFUSED', message: expect.stringContaining(':1.0.0 is sha256:') },
    ],
    [
      'a digest that the registry does not find',
      { faults: [{ match: blobPut, action: code(400, 'DIGEST_INVALID', 'no match') }] },
      { code: 'REGISTRY_FAILED', message: expect.stringContaining('400: no match') },
    ],
    [
      'a manifest that is refused',
      { faults: [{ match: manifestPut, action: code(400, 'MANIFEST_INVALID', 'manifest\ninvalid') }] },
      { code: 'REGISTRY_FAILED', message: expect.stringContaining('400: manifest invalid') },
    ],
  ])('%s', async (_, scene, expected) => {
    const { pushed, failure, tags, unusedFaults } = await play(scene)
    expect(pushed).toBeUndefined()
    expect(failure).toMatchObject({ name: 'Failure', ...expected })
    expect(`${failure?.message} ${failure?.hint}`).not.toContain('ghs_')
    const tagFault = scene.faults?.some(each => each.match.test('GET /v2/octo/demo/manifests/1.0.0')) ?? false
    expect(tags).toEqual(tagFault ? ['1.0.0'] : [])
    expect(unusedFaults === 0 || scene.faults?.[0]?.times === lasting).toBe(true)
  })
})
