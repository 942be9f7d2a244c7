import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { mediaTypes } from '../../src/oci/media-type.ts'
import { expectFailed, expectSuccess } from '../support/bundle/failures.ts'
import { jobToken, startJobRegistry, type JobRegistry } from '../support/bundle/job-registry.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import { startRegistry, type RegistryStandIn } from '../support/registry/registry.ts'

const apko = { 'apko.yaml': 'contents:\n  packages: [busybox]\n' }
const otherToken = 'dckr_THEOTHERTOKEN'

/** A registry with a login of its own, which is in the docker configuration only. */
async function startOther(): Promise<RegistryStandIn & AsyncDisposable> {
  const scopes = ['read:packages', 'write:packages'] as const
  const users = { [otherToken]: { login: 'octo', scopes } }
  const registry = await startRegistry({ manner: 'Docker Hub', users })
  return { ...registry, [Symbol.asyncDispose]: () => registry.close() }
}

interface Registries extends AsyncDisposable {
  readonly scene: Scene
  readonly job: JobRegistry
  readonly other: RegistryStandIn
  run(inputs?: Readonly<Record<string, string>>): ReturnType<Scene['step']>
}

async function openRegistries(): Promise<Registries> {
  const ended = new AsyncDisposableStack()
  const scene = ended.use(await openScene({ files: apko }))
  const job = ended.use(await startJobRegistry())
  const other = ended.use(await startOther())
  const auth = Buffer.from(`octo:${otherToken}`).toString('base64')
  await scene.write('.docker/config.json', JSON.stringify({ auths: { [other.host]: { auth } } }))
  const env = { DOCKER_CONFIG: `${scene.job.workspace}/.docker` }
  const image = `${job.host}/octo/senhas\n${other.host}/octo/senhas\n${job.host}/octo/mirror`
  return {
    scene,
    job,
    other,
    run: inputs =>
      scene.step(
        'image',
        { ...job.inputs, image, tags: '1.0.0, latest', deadline: '200ms', ...inputs },
        { env },
      ),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}

const tagsIn = (registry: RegistryStandIn, path = 'octo/senhas') => Object.fromEntries(registry.tagsOf(path))

describe('an image with three repositories in two registries', () => {
  it('has the same digest in all, each with its own login, and is sent to each registry once', async () => {
    await using all = await openRegistries()
    const { scene, job, other } = all
    const result = await all.run()
    expectSuccess(result)
    const { digest = '', image, tags, images, record: file = '' } = result.outputs
    expect([tagsIn(job), tagsIn(other), tagsIn(job, 'octo/mirror')]).toEqual(
      [1, 2, 3].map(() => ({ '1.0.0': digest, latest: digest })),
    )
    expect(image).toBe(`${job.host}/octo/senhas@${digest}`)
    const places = [`${job.host}/octo/senhas`, `${other.host}/octo/senhas`, `${job.host}/octo/mirror`]
    expect(tags?.split('\n')).toEqual(places.flatMap(place => [`${place}:1.0.0`, `${place}:latest`]))
    expect(JSON.parse(images ?? '')).toMatchObject([
      {
        image,
        copies: places.slice(1).map(place => ({ image: `${place}@${digest}`, tags: ['1.0.0', 'latest'] })),
      },
    ])
    const blobs = (registry: RegistryStandIn, path: string) =>
      registry.journal.filter(each => each.method === 'PUT' && each.path.startsWith(`/v2/${path}/blobs`))
        .length
    expect([blobs(job, 'octo/senhas'), blobs(other, 'octo/senhas'), blobs(job, 'octo/mirror')]).toEqual([
      2, 2, 0,
    ])
    const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
    const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(schema)
    const record = JSON.parse(await readFile(file, 'utf8')) as { images: { copies: unknown[] }[] }
    expect(validate(record) || validate.errors).toBe(true)
    expect(record.images[0]?.copies).toHaveLength(2)
    expect(result.summary).toContain(`| \`${other.host}/octo/senhas\` | \`1.0.0\`, \`latest\` | pushed |`)
    // Every login is asked for a token once for each repository, and once more to mount.
    const tokens = (registry: RegistryStandIn) =>
      registry.journal.filter(each => each.path.startsWith('/token')).length
    expect([tokens(job), tokens(other)]).toEqual([3, 1])
    const shown = result.raw
      .split('\n')
      .filter(line => !line.startsWith('::add-mask::'))
      .join('\n')
    for (const secret of [jobToken, otherToken]) expect(shown).not.toContain(secret)
    expect(scene.server.requests.length).toBeGreaterThan(0)

    const before = [job.journal.length, other.journal.length]
    const again = await all.run()
    expectSuccess(again)
    expect(JSON.parse(again.outputs['skipped'] ?? '[]')).toMatchObject([{ kind: 'image', digest }])
    const writes = [job, other].flatMap((registry, at) =>
      registry.journal.slice(before[at]).filter(({ method }) => method === 'PUT'),
    )
    expect(writes).toEqual([])
  })

  it.each([
    ['a blob', /^PUT .*\/blobs/],
    ['the index', /^PUT .*\/manifests\/sha256/],
  ])(
    'has no tag anywhere when one registry does not take %s, and all of them after the next run',
    async (_, match) => {
      await using all = await openRegistries()
      const { scene, job, other } = all
      other.breakWith({ match, times: 1, action: { kind: 'answer', status: 400 } })
      const [failure] = await expectFailed(scene, await all.run())
      expect(failure?.code).toBe('REGISTRY_FAILED')
      expect([tagsIn(job), tagsIn(other), tagsIn(job, 'octo/mirror')]).toEqual([{}, {}, {}])
      const again = await all.run()
      expectSuccess(again)
      const { digest } = again.outputs
      expect(tagsIn(other)).toEqual({ '1.0.0': digest, latest: digest })
      expect(tagsIn(job, 'octo/mirror')).toEqual(tagsIn(other))
    },
  )

  it('that failed amid its tags is repaired by the next run', async () => {
    await using all = await openRegistries()
    const { scene, job, other } = all
    other.breakWith({
      match: /^PUT .*\/manifests\/latest/,
      times: 1,
      action: { kind: 'answer', status: 400 },
    })
    await expectFailed(scene, await all.run())
    expect(Object.keys(tagsIn(other))).toEqual(['1.0.0'])
    expectSuccess(await all.run())
    expect(tagsIn(other)).toEqual(tagsIn(job))
  })

  it('sends a login to no other host than its own', async () => {
    await using all = await openRegistries()
    const { job, other } = all
    await all.scene.write('.docker/config.json', '{}')
    const [failure] = await expectFailed(all.scene, await all.run())
    expect(failure?.text).toContain('asks who you are, and no login for it was given or found')
    expect(other.journal.every(({ login }) => login === undefined)).toBe(true)
    expect(job.journal.some(({ login }) => login === 'basic')).toBe(true)
    const swapped = await all.run({ registry: other.host, token: otherToken })
    const [missing] = await expectFailed(all.scene, swapped)
    expect(missing?.text).toContain(`asks who you are`)
    expect(other.journal.some(({ login }) => login === 'basic')).toBe(true)
  })
})

/** Puts an index of another commit at a tag. */
async function putIndex(registry: RegistryStandIn, tag: string, created: string): Promise<string> {
  const annotations = {
    'org.opencontainers.image.created': created,
    'org.opencontainers.image.revision': 'c0ffee',
  }
  const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [], annotations })
  const url = `http://${registry.host}/v2/octo/senhas/manifests/${tag}`
  const put = await fetch(url, { method: 'PUT', body, headers: { 'content-type': mediaTypes.index } })
  return put.headers.get('docker-content-digest') ?? ''
}

describe('a tag that names another image', () => {
  const epoch = { 'source-date-epoch': '1735689600' }

  it('is not moved when it looks like a full version: nothing is pushed, and all such tags are told at once', async () => {
    await using scene = await openScene({ files: apko })
    await using registry = await startOpen()
    const old = await putIndex(registry, '1.2.3', '2024-01-01T00:00:00Z')
    await putIndex(registry, 'v1.2.3', '2024-01-01T00:00:00Z')
    const inputs = { image: `${registry.host}/octo/senhas`, tags: '1.2.3, v1.2.3, 1.2, latest', ...epoch }
    const before = registry.journal.length
    const told = await expectFailed(scene, await scene.step('image', inputs))
    expect(told.map(({ code }) => code)).toEqual(['TAG_REFUSED', 'TAG_REFUSED'])
    expect(told[0]).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "TAG_REFUSED",
        "text": "<host>/octo/senhas:1.2.3 is sha256:<sha256> and is not moved to sha256:<sha256>: a tag that looks like a full version names one image for ever
      Raise the version (or the epoch of the package), or leave that tag out. Where it has to be moved all the same, set "allow-retag: true".",
      }
    `)
    expect(registry.journal.slice(before).filter(({ method }) => method === 'PUT')).toEqual([])
    expect(tagsIn(registry)).toEqual({ '1.2.3': old, 'v1.2.3': old })

    const allowed = await scene.step('image', { ...inputs, 'allow-retag': 'true' })
    expectSuccess(allowed)
    expect(new Set(Object.values(tagsIn(registry)))).toEqual(new Set([allowed.outputs['digest']]))
  })

  it('of a newer commit is left, with a notice; older ones move', async () => {
    await using scene = await openScene({ files: apko })
    await using registry = await startOpen()
    const newer = await putIndex(registry, 'latest', '2030-01-01T00:00:00Z')
    await putIndex(registry, 'edge', '2024-01-01T00:00:00Z')
    const image = `${registry.host}/octo/senhas`
    const result = await scene.step('image', { image, tags: 'latest, edge', ...epoch })
    expectSuccess(result)
    const { digest, tags, record = '' } = result.outputs
    expect(tagsIn(registry)).toEqual({ latest: newer, edge: digest })
    expect(tags).toBe(`${image}:edge`)
    expect(result.annotations.map(({ command, message }) => [command, message])).toEqual([
      [
        'notice',
        `${image}:latest stays at ${newer}, the image of a newer commit (c0ffee of 2030-01-01T00:00:00.000Z)`,
      ],
    ])
    const { images } = JSON.parse(await readFile(record, 'utf8')) as { images: { pushed: object }[] }
    expect(images[0]?.pushed).toMatchObject({ tags: ['edge'], left: [{ tag: 'latest', digest: newer }] })
    expect(result.summary).toContain(`\`${image}:latest\` was left at \`${newer}\``)
  })
})

async function startOpen(): Promise<RegistryStandIn & AsyncDisposable> {
  const registry = await startRegistry()
  return { ...registry, [Symbol.asyncDispose]: () => registry.close() }
}
