import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDifference } from '../../src/apko/image-difference.ts'
import { findTexts } from '../../src/apko/layer-files.ts'
import { readImage } from '../../src/apko/read-image.ts'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { openLayout, readDocument } from '../../src/oci/layout-reader.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { refused } from '../support/registry/answer.ts'
import { startRegistry } from '../support/registry/registry.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

const small = 'contents:\n  packages:\n    - busybox\n    - alpine-baselayout-data\ncmd: /bin/sh\n'
const hello = `package:
  name: hello
  version: 1.0.0
  epoch: 0
  description: says hello
  copyright:
    - license: MIT
environment:
  contents:
    packages: [busybox, alpine-baselayout-data]
pipeline:
  - runs: |
      mkdir -p "\${{targets.destdir}}/usr/share/hello"
      echo hello > "\${{targets.destdir}}/usr/share/hello/text"
`

type Texts = Readonly<Record<string, string>>

/** A job in a folder of its own, with files in its workspace. */
async function openJob(files: Texts = { 'apko.yaml': small }): Promise<Job> {
  const job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(job.workspace, name, '..'), { recursive: true })
    await writeFile(join(job.workspace, name), text)
  }
  return job
}

/** Inputs of every build: the local distribution, nothing pushed or signed. */
function common(apko = '1.2.31'): Record<string, string> {
  const {
    'build-repository-append': distribution = '',
    'melange-config': _melange,
    'apko-config': _apko,
    'env-file': _env,
    ...inputs
  } = workshop.inputs(apko, '0.56.5')
  return { ...inputs, 'repository-append': distribution, push: 'false', 'source-date-epoch': '1735689600' }
}

async function image(job: Job, inputs: Texts = {}): Promise<StepResult> {
  const given = Object.entries({ ...common(), platforms: 'amd64, arm64', ...inputs })
  return job.step('image', {
    inputs: Object.fromEntries(given.filter(([name]) => !name.startsWith('melange'))),
  })
}

type Side = Parameters<typeof findDifference>[0]

/** The image of a step, as far as it can be compared. */
async function imageIn(result: StepResult): Promise<Side> {
  const [built] = (await recordOf(result)).images
  const layout = join(result.outputs['record'] ?? '', '..', built?.layout ?? '')
  const { root } = await openLayout(layout)
  const { value } = await readDocument(layout, root)
  const listed = value.kind === 'index' ? value.manifests : []
  const platforms = listed.map(manifest => ({
    platform: `linux/${manifest.platform?.architecture}`,
    arch: '',
    manifest,
    size: 0,
    sbom: '',
    installed: [],
    apks: [],
    addedToSbom: [],
  }))
  return { layout, index: root, platforms }
}

function expectGood(result: StepResult): StepResult {
  expect([result.code, result.code === 0 ? '' : result.log]).toEqual([0, ''])
  return result
}

async function recordOf(result: StepResult): Promise<BuildRecord> {
  return JSON.parse(await readFile(result.outputs['record'] ?? '', 'utf8')) as BuildRecord
}

function errorsOf(result: StepResult): string {
  expect(result.code).toBe(1)
  const errors = result.annotations.filter(({ command }) => command === 'error')
  return errors.map(({ message, properties: { file, line } }) => `${file}:${line} ${message}`).join('\n')
}

describe.each(['1.2.31', '0.14.7'])('equal images, apko %s', apko => {
  const files = { 'melange.yaml': hello, 'apko.yaml': small.replace('busybox', 'busybox\n    - hello') }

  it('two throw-away keys, two folders, one digest; the key is not in the image', async () => {
    await using first = await openJob(files)
    await using second = await openJob(files)
    const inputs = { ...common(apko), platforms: 'amd64', reproduce: apko === '1.2.31' ? 'true' : 'false' }
    const results = [await first.step('.', { inputs }), await second.step('.', { inputs })].map(expectGood)
    const [one, two] = results.map(({ outputs }) => outputs)
    const keys = await Promise.all(
      results.map(({ outputs }) => readFile(outputs['public-key'] ?? '', 'utf8')),
    )
    expect(keys[0]).not.toBe(keys[1])
    expect(one?.['digest']).toMatch(/^sha256:/)
    const images = await Promise.all(results.map(imageIn))
    expect(await findDifference(images[0] as Side, images[1] as Side)).toBe(undefined)
    expect(two?.['digest']).toBe(one?.['digest'])

    const record = await recordOf(results[0] as StepResult)
    const layout = images[0]?.layout ?? ''
    const { platforms } = await readImage(layout, [
      { apk: 'x86_64', name: 'amd64', platform: 'linux/amd64', binfmt: '' },
    ])
    const key = 'etc/apk/keys/melange.rsa.pub'
    const wishes = [[key], ['usr/share/hello/text'], ['etc/apko.json']]
    const [found, text, config] = await findTexts(layout, platforms[0]?.manifest.layers ?? [], wishes)
    expect([found, text]).toEqual([undefined, 'hello\n'])
    expect(String(config)).not.toContain('melange.rsa.pub')
    expect(record.images[0]?.reproduced).toBe(apko === '1.2.31' ? true : undefined)
  })

  it('a package that the index signed with another key lists is never installed', async () => {
    await using job = await openJob(files)
    const built = expectGood(
      await job.step('package', { inputs: withoutImage({ ...common(apko), platforms: 'amd64' }) }),
    )
    await writeFile(built.outputs['public-key'] ?? '', await readFile(workshop.distribution.publicKey))
    const result = await image(job, {
      ...common(apko),
      platforms: 'amd64',
      packages: built.outputs['packages'] ?? '',
    })
    expect(errorsOf(result)).toMatch(/packages.*(key|signature)/s)
    expect(result.outputs).toEqual({})
  })
})

function withoutImage(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !/^(apko|push)/.test(name)))
}

describe('a lock', () => {
  let job: Job
  let lock: string
  let updated: StepResult
  const file = (): string => join(job.workspace, 'apko.lock.json')
  beforeAll(async () => {
    job = await openJob()
    updated = expectGood(await image(job, { lockfile: 'update' }))
    lock = await readFile(file(), 'utf8')
  })
  afterAll(() => job?.[Symbol.asyncDispose]())

  it('is written for every platform, and its changes are told', async () => {
    const { contents } = JSON.parse(lock) as {
      contents: { packages: { name: string; architecture: string }[] }
    }
    const listed = contents.packages.map(({ name, architecture }) => `${architecture} ${name}`)
    expect(listed).toEqual(
      ['x86_64', 'aarch64'].flatMap(arch => [`${arch} alpine-baselayout-data`, `${arch} busybox`]),
    )
    expect(updated.log).toContain('linux/arm64: busybox added, 1.35.0-r4')
    expect(updated.summary).toContain('| `linux/arm64` | busybox | added |  | 1.35.0-r4 |')
    expect((await recordOf(updated)).images[0]?.lock?.changes).toHaveLength(4)
  })

  it.each(['', 'frozen', 'apko.lock.json', '{name}.lock.json'])(
    'is built by with %j, to the same digest',
    async lockfile => {
      const again = expectGood(await image(job, { lockfile, reproduce: 'true' }))
      expect(again.outputs['digest']).toBe(updated.outputs['digest'])
      const record = await recordOf(again)
      const mode = lockfile === 'frozen' ? 'frozen' : 'use'
      expect(record.images[0]).toMatchObject({ lock: { mode, file: 'apko.lock.json' }, reproduced: true })
      const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
      const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(schema)
      expect(validate(record) || validate.errors).toBe(true)
    },
  )

  it('is not touched by an update that changes nothing', async () => {
    const again = expectGood(await image(job, { lockfile: 'update' }))
    expect(again.log).toContain('the lock apko.lock.json is up to date')
    expect(await readFile(file(), 'utf8')).toBe(lock)
  })

  it('that was older is updated, and the difference is a table', async () => {
    await writeFile(file(), lock.replaceAll('"version": "1.35.0-r4"', '"version": "1.35.0_rc1-r9"'))
    const again = expectGood(await image(job, { lockfile: 'update' }))
    expect(again.summary).toContain('| `linux/amd64` | busybox | upgraded | 1.35.0_rc1-r9 | 1.35.0-r4 |')
    expect(await readFile(file(), 'utf8')).toBe(lock)
  })

  it.each<[string, (text: string) => string, string]>([
    ['is not JSON', text => text.slice(0, 200), 'LOCK_INVALID'],
    [
      'holds a merge conflict',
      text => text.replace('"contents"', '<<<<<<< HEAD\n"contents"'),
      'LOCK_INVALID',
    ],
    ['has CRLF', text => text.replaceAll('\n', '\r\n'), 'LOCK_INVALID'],
    ['was made for another text', text => text.replace('"sha256-', '"sha256-x'), 'LOCK_STALE'],
    ['lacks a platform', text => text.replaceAll('"aarch64"', '"riscv64"'), 'LOCK_STALE'],
    ['lies about a version', text => text.replaceAll('1.35.0-r4"', '1.36.0-r4"'), 'LOCK_STALE'],
    ['lies about a checksum', text => text.replace('"Q1UUR', '"Q1AAR'), 'IMAGE_FAILED'],
  ])('frozen fails when it %s', async (_, mangle, code) => {
    try {
      await writeFile(file(), mangle(lock))
      const result = await image(job, { lockfile: 'frozen' })
      expect(errorsOf(result)).toMatch(new RegExp(`\\(${code}\\)`))
      expect(result.outputs).toEqual({})
    } finally {
      await writeFile(file(), lock)
    }
  })

  it('frozen fails when there is none, and when a package was added', async () => {
    await using other = await openJob()
    expect(errorsOf(await image(other, { lockfile: 'frozen' }))).toContain('there is no lock apko.lock.json')
    const more = await image(job, { lockfile: 'frozen', 'package-append': 'zlib1g' })
    expect(errorsOf(more)).toContain('"zlib1g" is needed')
  })

  it('locks packages that inputs add, too', async () => {
    await using other = await openJob()
    const inputs = { 'package-append': 'zlib1g' }
    const first = expectGood(await image(other, { ...inputs, lockfile: 'update' }))
    const again = expectGood(await image(other, { ...inputs, lockfile: 'frozen' }))
    expect(again.outputs['digest']).toBe(first.outputs['digest'])
    const [platform] = (await recordOf(again)).images[0]?.platforms ?? []
    expect(platform?.packages.map(({ name }) => name)).toContain('zlib1g')
  })

  it('holds for packages of this run by name and version, whatever the commit', async () => {
    const files = { 'melange.yaml': hello, 'apko.yaml': small.replace('busybox', 'busybox\n    - hello') }
    await using other = await openJob(files)
    const inputs = { ...common(), platforms: 'amd64' }
    expectGood(await other.step('.', { inputs: { ...inputs, lockfile: 'update' } }))
    expectGood(
      await other.step('.', { inputs: { ...inputs, lockfile: 'frozen', 'source-date-epoch': '1735689999' } }),
    )
    await writeFile(join(other.workspace, 'melange.yaml'), hello.replace('epoch: 0', 'epoch: 1'))
    const stale = await other.step('.', { inputs: { ...inputs, lockfile: 'frozen' } })
    expect(errorsOf(stale)).toContain('linux/amd64 hello 1.0.0-r1 is built in this run, it has 1.0.0-r0')
  })

  it('of the older apko is written and used as well', async () => {
    await using other = await openJob()
    const first = expectGood(await image(other, { ...common('0.14.7'), lockfile: 'update' }))
    const again = expectGood(await image(other, { ...common('0.14.7'), lockfile: 'frozen' }))
    expect(again.outputs['digest']).toBe(first.outputs['digest'])
  })
})

describe('reproduce', () => {
  it('names the first platform, layer and file that differ', async () => {
    await using job = await openJob()
    expectGood(await image(job))
    const noise = join(job.root, 'noise.rsa.pub')
    const wrapper = join(job.root, 'apko')
    const apko = join(job.tools, 'apko/1.2.31')
    await writeFile(
      wrapper,
      `#!/bin/sh\nreal=$(find '${apko}' -name apko -type f | head -n 1)\n` +
        `case "$1 $2" in 'build --help') ;; build*) date +%s%N > '${noise}'; set -- "$@" --keyring-append '${noise}' ;; esac\n` +
        'exec "$real" "$@"\n',
    )
    await chmod(wrapper, 0o755)
    const result = await image(job, { 'apko-version': wrapper, 'apko-sha256': '', reproduce: 'true' })
    expect(errorsOf(result)).toMatch(
      /linux\/amd64, layer 1 of 1: etc\/apk\/keys\/noise\.rsa\.pub: content[^]*\(NOT_REPRODUCIBLE\)/,
    )
    expect(result.outputs).toEqual({})
  })
})

describe('images in a registry', () => {
  const files = { 'good.yaml': small, 'bad.yaml': small.replace('busybox', 'no-such-package') }

  it('one that its tag names already is not pushed again', async () => {
    await using job = await openJob()
    const registry = await startRegistry({ auth: 'none' })
    try {
      const inputs = { push: 'true', sign: 'false', image: `${registry.host}/octo/a`, tags: '1.0.0, latest' }
      const first = expectGood(await image(job, inputs))
      expect(JSON.parse(first.outputs['built'] ?? '')).toMatchObject([
        { kind: 'image', digest: first.outputs['digest'] },
      ])
      expect(first.outputs['skipped']).toBe('[]')
      const sent = registry.journal.length
      const again = expectGood(await image(job, inputs))
      const written = registry.journal.slice(sent).filter(({ method }) => !['GET', 'HEAD'].includes(method))
      // Nothing but the proof, before anything is built, that we may push: a session that is opened and left.
      expect(written.map(({ method }) => method)).toEqual(['POST', 'DELETE'])
      expect(again.outputs['built']).toBe('[]')
      expect(JSON.parse(again.outputs['skipped'] ?? '')).toMatchObject([{ digest: first.outputs['digest'] }])
      expect(again.outputs['tags']).toBe(first.outputs['tags'])
    } finally {
      await registry.close()
    }
  })

  it('one that the registry refuses does not stop another', async () => {
    await using job = await openJob({ 'a.yaml': small, 'b.yaml': small })
    const registry = await startRegistry({ auth: 'none' })
    const refusal = { kind: 'answer' as const, ...refused(403, 'DENIED', 'no more room for this package') }
    registry.breakWith({ match: /^PUT \/v2\/octo\/a\/manifests/, times: 99, action: refusal })
    try {
      const result = await image(job, {
        'apko-config': '*.yaml',
        push: 'true',
        sign: 'false',
        image: `${registry.host}/octo/{name}`,
        tags: '1.0.0',
        deadline: '2s',
      })
      expect(errorsOf(result)).toContain('REGISTRY_DENIED')
      expect([...registry.tagsOf('octo/b').keys()]).toEqual(['1.0.0'])
      expect([...registry.tagsOf('octo/a').keys()]).toEqual([])
      expect(result.outputs['tags']).toBe(`${registry.host}/octo/b:1.0.0`)
    } finally {
      await registry.close()
    }
  })

  it('one that fails does not stop another, nor is it tagged', async () => {
    await using job = await openJob(files)
    const registry = await startRegistry({ auth: 'none' })
    try {
      const result = await image(job, {
        'apko-config': '*.yaml',
        push: 'true',
        sign: 'false',
        image: `${registry.host}/octo/{name}`,
        tags: '1.0.0',
      })
      expect(errorsOf(result)).toContain('no-such-package')
      expect([...registry.tagsOf('octo/good').keys()]).toEqual(['1.0.0'])
      expect([...registry.tagsOf('octo/bad').keys()]).toEqual([])
      expect(result.outputs['tags']).toBe(`${registry.host}/octo/good:1.0.0`)
      expect(JSON.parse(result.outputs['images'] ?? '')).toHaveLength(1)
    } finally {
      await registry.close()
    }
  })
})
