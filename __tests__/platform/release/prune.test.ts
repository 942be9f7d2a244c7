import { describe, expect, it } from 'vitest'
import { digestOf, type Digest } from '../../../src/domain/digest.ts'
import { throwIfAny } from '../../../src/domain/failures.ts'
import type { Descriptor } from '../../../src/domain/image.ts'
import type { PruneReport } from '../../../src/domain/prune-report.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openReferrers } from '../../../src/oci/referrers.ts'
import { openRepository } from '../../../src/oci/registry-client.ts'
import { pruneVersions, type PruneWish } from '../../../src/release/prune.ts'
import { openPackageVersions, type PackageVersions } from '../../support/github/package-versions.ts'
import { startGithub, type GithubStandIn } from '../../support/github/start.ts'
import { networkPorts } from '../../support/network-ports.ts'
import { artifactOf } from '../../support/registry/attach-scene.ts'
import { namedHosts } from '../../support/registry/named-host.ts'
import { startRegistry, type RegistryStandIn } from '../../support/registry/registry.ts'

const repository = 'octo/senhas'
const old = '2025-01-01T00:00:00Z'

interface Scene extends AsyncDisposable {
  readonly registry: RegistryStandIn
  readonly github: GithubStandIn
  readonly versions: PackageVersions
  readonly lines: readonly string[]
  /** Puts a manifest of its own; answers it. */
  put(name: string, more?: object, tag?: string): Promise<Descriptor>
  /** An index of platforms with a signature attached to each, as the action makes them. */
  image(name: string, tag?: string): Promise<readonly Digest[]>
  /** All of the package is old but for what is young. */
  age(...young: readonly Digest[]): void
  /** Throws what ended it. */
  prune(wish?: Partial<PruneWish>): Promise<PruneReport>
  pruneToEnd(wish?: Partial<PruneWish>): ReturnType<typeof pruneVersions>
}

/** A package in GHCR, and GitHub's API for it. The clock of the tests stands at 2026-01-02. */
async function openScene(owner: 'orgs' | 'users' = 'orgs', path = repository): Promise<Scene> {
  const registry = await startRegistry()
  const versions = openPackageVersions({ registry, repository: path, owner })
  const github = await startGithub({ areas: [versions.area] })
  const real = networkPorts({ deadline: 0 })
  const ports = { ...real, http: namedHosts(real.http, { 'ghcr.io': registry.host }) }
  const at = { repository: parseRepository(`ghcr.io/${path}`), credentials: { kind: 'none' } } as const
  const client = openRepository(at, ports)
  const referrers = openReferrers(at, ports)
  const put: Scene['put'] = async (name, more = {}, tag) => {
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [],
      annotations: { name },
      ...more,
    })
    const bytes = Buffer.from(text)
    const descriptor = { mediaType: mediaTypes.index, digest: digestOf(bytes), size: bytes.length }
    if (tag === undefined) await client.putManifest({ bytes, descriptor })
    else await client.putTag(tag, { bytes, descriptor })
    return descriptor
  }
  const pruneToEnd: Scene['pruneToEnd'] = (wish = {}) =>
    pruneVersions(
      { ...at, api: github.url, token: github.token, mode: 'delete', keepDays: 30, ...wish },
      ports,
    )
  return {
    registry,
    github,
    versions,
    lines: real.lines,
    put,
    async image(name, tag) {
      const children = [await put(`${name} amd64`), await put(`${name} arm64`)]
      const index = await put(name, { manifests: children }, tag)
      const before = new Set(registry.digestsOf(path))
      for (const subject of [index, ...children]) {
        await referrers.attach({ subject, artifacts: [artifactOf(`signature of ${subject.digest}`)] })
      }
      const made = registry.digestsOf(path).filter(each => !before.has(each)) as Digest[]
      return [index, ...children].map(({ digest }) => digest).concat(made)
    },
    age(...young) {
      for (const digest of registry.digestsOf(path))
        if (!young.includes(digest as Digest)) versions.touch(digest, old)
    },
    pruneToEnd,
    async prune(wish) {
      const { report, failures } = await pruneToEnd(wish)
      throwIfAny(failures)
      return report
    },
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
      await registry.close()
    },
  }
}

describe('cleaning a package', () => {
  it.each(['orgs', 'users'] as const)(
    'of %s deletes an old image without a tag, and all that is its own',
    async owner => {
      await using scene = await openScene(owner)
      const [gone, kept, young] = [
        await scene.image('gone'),
        await scene.image('kept', '1.0.0'),
        await scene.image('young'),
      ]
      scene.age(young[0] ?? digestOf(''))
      const report = await scene.prune()
      expect(report).toMatchObject({
        package: 'ghcr.io/octo/senhas',
        mode: 'delete',
        kept: kept.length + young.length,
      })
      expect(report.doubt).toBeUndefined()
      expect(new Set(report.pruned.map(({ digest }) => digest))).toEqual(new Set(gone))
      expect(scene.versions.deleted[0]).toBe(gone[0])
      expect(new Set(scene.registry.digestsOf(repository))).toEqual(new Set([...kept, ...young]))
      expect(scene.lines).toContain(`deleted ghcr.io/octo/senhas@${gone[0]}, untouched since 2025-01-01`)
      expect(scene.github.problems).toEqual([])
      expect(await scene.prune()).toMatchObject({ pruned: [] })
    },
  )

  it('as a dry run tells the same and deletes nothing', async () => {
    await using scene = await openScene()
    const gone = await scene.image('gone')
    await scene.image('kept', '1.0.0')
    scene.age()
    const report = await scene.prune({ mode: 'dry-run' })
    expect(new Set(report.pruned.map(({ digest }) => digest))).toEqual(new Set(gone))
    expect(scene.lines).toContain(`would delete ghcr.io/octo/senhas@${gone[0]}, untouched since 2025-01-01`)
    expect(scene.github.asked.filter(line => line.startsWith('DELETE'))).toEqual([])
    expect((await scene.prune()).pruned).toEqual(report.pruned)
  })

  it('reads no manifest where nothing is old and without a tag', async () => {
    await using scene = await openScene()
    await scene.put('kept', {}, '1.0.0')
    scene.age()
    const before = scene.registry.journal.length
    expect(await scene.prune()).toMatchObject({ kept: 1, pruned: [] })
    expect(scene.registry.journal.slice(before).map(({ path }) => path)).toEqual([
      '/v2/octo/senhas/tags/list?n=1000',
    ])
  })

  it('reads all pages, and takes a name with slashes', async () => {
    await using scene = await openScene('orgs', 'octo/tools/senhas')
    for (let at = 0; at < 130; at += 1) await scene.put(`old ${at}`)
    scene.age()
    const at = { repository: parseRepository('ghcr.io/octo/tools/senhas') }
    expect((await scene.prune(at)).pruned).toHaveLength(130)
    expect(scene.github.asked.some(line => line.includes('page=2'))).toBe(true)
    expect(scene.github.problems).toEqual([])
  })

  it('keeps what GitHub does not delete, with all that belongs to it', async () => {
    await using scene = await openScene()
    const [first, second] = [await scene.image('popular'), await scene.image('gone')]
    scene.age()
    scene.versions.protect(first[0] ?? '', 400)
    const report = await scene.prune()
    expect(new Set(report.pruned.map(({ digest }) => digest))).toEqual(new Set(second))
    expect(new Set(scene.registry.digestsOf(repository))).toEqual(new Set(first))
    expect(scene.lines.filter(line => line.startsWith('warning'))).toEqual([
      `warning: the deletion of ghcr.io/octo/senhas@${first[0]}: GitHub answered 400; it is kept with all that belongs to it`,
    ])
  })
})

it.each([
  ['may not go on', { status: 403, body: { message: 'Forbidden' } }, 'GITHUB_REFUSED'],
  ['is gone', { status: 401, body: { message: 'Bad credentials' } }, 'GITHUB_REFUSED'],
])('a run whose token %s half-way tells what it deleted, and fails', async (_, reply, code) => {
  await using scene = await openScene()
  for (const name of ['a', 'b', 'c', 'd']) await scene.put(name)
  scene.age()
  scene.github.breakWith({ match: /^DELETE /, after: 2, times: 100, action: { kind: 'answer', ...reply } })
  const { report, failures } = await scene.pruneToEnd()
  const { deleted } = scene.versions
  expect(deleted).toHaveLength(2)
  expect(report).toMatchObject({ mode: 'delete', kept: 2, pruned: deleted.map(digest => ({ digest })) })
  expect(failures).toMatchObject([{ code }])
  expect(scene.lines.filter(line => line.startsWith('deleted '))).toEqual(
    deleted.map(digest => `deleted ghcr.io/octo/senhas@${digest}, untouched since 2025-01-01`),
  )
})

describe('in doubt nothing is deleted', () => {
  it.each<[string, (scene: Scene, gone: readonly Digest[]) => unknown, RegExp]>([
    [
      'when a manifest cannot be read',
      scene =>
        scene.registry.breakWith({
          match: /^GET .*\/manifests\/sha256/,
          after: 2,
          action: { kind: 'answer', status: 404 },
        }),
      /the registry does not have sha256:/,
    ],
    [
      'when one leads to what is no digest of ours',
      scene => scene.put('odd', { subject: { digest: 'md5:1' } }, 'odd'),
      /cannot be read as a manifest/,
    ],
    [
      'when GitHub does not list a tag that the registry has',
      scene =>
        scene.github.breakWith({
          match: /^GET .*\/versions/,
          action: {
            kind: 'rewrite',
            change: reply => ({
              ...reply,
              body: (reply.body as object[]).filter(each => !JSON.stringify(each).includes('1.0.0')),
            }),
          },
        }),
      /GitHub does not list the tag 1\.0\.0/,
    ],
    [
      'when GitHub lists something else than manifests',
      scene =>
        scene.github.breakWith({
          match: /^GET .*\/versions/,
          action: {
            kind: 'rewrite',
            change: reply => ({ ...reply, body: [{ id: 1, name: '1.0.0', metadata: {} }] }),
          },
        }),
      /GitHub lists a version that is no manifest/,
    ],
    [
      'when an old image gets a tag meanwhile',
      (scene, gone) =>
        scene.github.breakWith({
          match: /^GET .*\/versions/,
          after: 1,
          action: {
            kind: 'meanwhile',
            act: async () => {
              const text = scene.registry.manifestOf(repository, gone[0] ?? '')?.bytes ?? Buffer.alloc(0)
              const url = `http://${scene.registry.host}/v2/${repository}/manifests/back`
              await fetch(url, {
                method: 'PUT',
                body: text.toString(),
                headers: { 'content-type': mediaTypes.index },
              })
            },
          },
        }),
      /it changed while it was looked at/,
    ],
  ])('%s', async (_, trouble, doubt) => {
    await using scene = await openScene()
    const gone = await scene.image('gone')
    await scene.image('kept', '1.0.0')
    await trouble(scene, gone)
    scene.age()
    const before = scene.registry.digestsOf(repository).length
    const report = await scene.prune()
    expect(report.pruned).toEqual([])
    expect(report.doubt).toMatch(doubt)
    expect(scene.lines).toContain(`warning: nothing of ghcr.io/octo/senhas is deleted: ${report.doubt}`)
    expect(scene.registry.digestsOf(repository)).toHaveLength(before)
    expect(scene.github.asked.filter(line => line.startsWith('DELETE'))).toEqual([])
  })
})

describe('a token that', () => {
  it('may not see the package fails', async () => {
    await using scene = await openScene('orgs', 'octo/other')
    await scene.put('x')
    const at = { repository: parseRepository('ghcr.io/octo/none') }
    await expect(scene.prune(at)).rejects.toMatchObject({
      code: 'GITHUB_REFUSED',
      message: 'GitHub shows no package ghcr.io/octo/none',
      hint: expect.stringContaining('"Manage Actions access"'),
    })
  })

  it('may not delete fails with what to do, and everything is there', async () => {
    await using scene = await openScene()
    const only = (await scene.put('gone')).digest
    scene.age()
    scene.versions.protect(only, 404)
    await expect(scene.prune()).rejects.toMatchObject({
      code: 'GITHUB_REFUSED',
      message: 'the token may not delete versions of ghcr.io/octo/senhas',
      hint: expect.stringContaining('the role Admin'),
    })
    scene.github.permit({ packages: 'read' })
    await expect(scene.prune()).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
    expect(scene.registry.digestsOf(repository)).toEqual([only])
  })
})
