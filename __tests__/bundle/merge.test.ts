import { createPublicKey } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { indexOf } from '../support/apk-parts.ts'
import { expectFailed, expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { leftovers } from '../support/bundle/leftovers.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import { legKey, writeLeg } from '../support/leg-folder.ts'

const platforms = 'linux/amd64, linux/arm64'
const apkoYaml = 'contents: {repositories: [packages], packages: [liba, tool]}\n'

/** A workspace with two legs, one with a package for amd64 alone, as actions/download-artifact lays them out. */
async function openLegs(): Promise<Scene> {
  const scene = await openScene({ files: { 'apko.yaml': apkoYaml } })
  const both = (name: string) => ['x86_64', 'aarch64'].map(arch => ({ name, arch }))
  await writeLeg(join(scene.job.workspace, 'legs/one'), both('liba'))
  await writeLeg(join(scene.job.workspace, 'legs/two'), both('tool'))
  return scene
}

const readRecord = async (file = ''): Promise<BuildRecord> =>
  JSON.parse(await readFile(file, 'utf8')) as BuildRecord

describe('packages of legs', () => {
  it('are merged into one repository, signed with a key of this job that its end wipes', async () => {
    await using scene = await openLegs()
    await using registry = await startJobRegistry()
    const result = await scene.step('image', {
      ...registry.inputs,
      platforms,
      packages: 'legs/one\nlegs/two',
    })
    expectSuccess(result)
    expect(registry.tags).toEqual(['1.0.0'])

    const record = await readRecord(result.outputs['record'])
    const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
    const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': true, uri: true } })
    ajv.validate(schema, record)
    expect(ajv.errors).toBeNull()
    expect(record.packages).toMatchObject({
      folder: 'packages',
      publicKey: 'packages/melange.rsa.pub',
      throwAwayKey: true,
      legs: ['legs/one', 'legs/two'],
    })
    expect(record.packages).not.toHaveProperty('sandbox')
    expect(record.graph).toBeUndefined()
    expect(record.packages?.built.map(({ file }) => file).toSorted()).toEqual([
      'aarch64/liba-1.0.0-r0.apk',
      'aarch64/tool-1.0.0-r0.apk',
      'x86_64/liba-1.0.0-r0.apk',
      'x86_64/tool-1.0.0-r0.apk',
    ])
    expect(record.images[0]?.platforms.map(({ packages }) => packages.map(({ name }) => name))).toEqual([
      ['liba', 'tool'],
      ['liba', 'tool'],
    ])
    expect(JSON.parse(result.outputs['built'] ?? '')).toHaveLength(5)
    expect(result.summary).toContain('Merged from 2 repositories, signed with a throw-away key of this run.')

    const key = await readFile(result.outputs['public-key'] ?? '', 'utf8')
    expect(result.outputs['public-key']).toBe(join(result.outputs['packages'] ?? '', 'melange.rsa.pub'))
    for (const leg of ['one', 'two']) {
      const other = await readFile(join(scene.job.workspace, 'legs', leg, 'melange.rsa.pub'), 'utf8')
      expect(key).not.toBe(other)
    }
    const calls = await scene.calls()
    const commands = calls.filter(({ tool }) => tool === 'melange').map(({ args }) => args[0])
    expect(commands).toEqual(['keygen', 'sign', 'index', 'sign', 'index'])
    expect(calls.filter(({ keyMode }) => keyMode !== '').map(({ keyMode }) => keyMode)).toEqual(
      Array.from({ length: 4 }, () => '600'),
    )
    for (const post of await scene.job.finish()) expect(post).toMatchObject({ code: 0, raw: '' })
    const left = (await leftovers(scene.job)).filter(path => !/^temp\/giropops-[^/]*-output(\/|$)/.test(path))
    expect(left).toEqual([])
  })

  it('are found below a folder, and signed with the key that is given', async () => {
    await using scene = await openLegs()
    const { privateKey, publicKey } = legKey()
    const result = await scene.step('image', {
      platforms,
      push: 'false',
      packages: 'legs',
      'signing-key': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    })
    expectSuccess(result)
    const record = await readRecord(result.outputs['record'])
    expect(record.packages).toMatchObject({ throwAwayKey: false, legs: ['legs/one', 'legs/two'] })
    const used = createPublicKey(await readFile(result.outputs['public-key'] ?? ''))
    expect(used.equals(createPublicKey(publicKey))).toBe(true)
  })

  it('that came alone, from another job, are verified and signed anew as well', async () => {
    await using scene = await openLegs()
    const inputs = { platforms: 'amd64', push: 'false', packages: 'legs/one' }
    await scene.write('apko.yaml', apkoYaml.replace(', tool', ''))
    const result = await scene.step('image', inputs)
    expectSuccess(result)
    expect((await readRecord(result.outputs['record'])).packages?.legs).toEqual(['legs/one'])
    await writeFile(join(scene.job.workspace, 'legs/one/x86_64/other-1-r0.apk'), '')
    const refused = await scene.step('image', inputs)
    expect(refused.raw).toContain('legs/one/x86_64/other-1-r0.apk is named by no index')
  })

  it('for an apko that reads older signatures only are signed for it', async () => {
    const versions = { apko: { version: '0.14.7', helpOf: '0.14.7' } }
    await using scene = await openScene({
      files: { 'apko.yaml': 'contents: {packages: [liba]}\n' },
      versions,
    })
    await writeLeg(join(scene.job.workspace, 'legs/one'), [{ name: 'liba' }])
    const result = await scene.step('image', { platforms: 'amd64', push: 'false', packages: 'legs' })
    expectSuccess(result)
    expect(result.log).toContain('signing the indexes again')
  })
})

type Tamper = (folder: string) => Promise<unknown>

describe('is refused before any tool is there, and nothing is pushed', () => {
  it.each<[string, Tamper, string]>([
    [
      'an unsigned index',
      folder => writeFile(join(folder, 'two/x86_64/APKINDEX.tar.gz'), indexOf(['P:tool\nV:1.0.0-r0\n'])),
      'legs/two/x86_64/APKINDEX.tar.gz is not signed',
    ],
    [
      'a foreign key',
      folder => writeFile(join(folder, 'two/melange.rsa.pub'), legKey().publicKey),
      [
        'legs/two/aarch64/APKINDEX.tar.gz is not signed with the key melange.rsa.pub that lies beside it',
        'legs/two/x86_64/APKINDEX.tar.gz is not signed with the key melange.rsa.pub that lies beside it',
      ].join('\n'),
    ],
    [
      'an altered apk',
      async folder => {
        const path = join(folder, 'two/x86_64/tool-1.0.0-r0.apk')
        const bytes = await readFile(path)
        return writeFile(path, Buffer.concat([bytes.subarray(0, -9), Buffer.from([0]), bytes.subarray(-8)]))
      },
      'legs/two/x86_64/tool-1.0.0-r0.apk was altered: its data is not what its control part says',
    ],
    [
      'a missing apk',
      folder => rm(join(folder, 'one/aarch64/liba-1.0.0-r0.apk')),
      'legs/one/aarch64/liba-1.0.0-r0.apk is named by the index, but is not there',
    ],
    [
      'a platform without packages',
      async folder => {
        for (const leg of ['one', 'two']) await rm(join(folder, leg, 'aarch64'), { recursive: true })
      },
      'none of legs/one, legs/two has packages for linux/arm64, which an image is built for',
    ],
    [
      'the same package with other content',
      async folder => {
        const other = [{ name: 'liba', text: 'other' }]
        await writeLeg(join(folder, 'three'), other)
        return rename(join(folder, 'three'), join(folder, 'zero'))
      },
      'legs/one and legs/zero both have x86_64/liba-1.0.0-r0.apk, with different content',
    ],
  ])('%s', async (_title, tamper, message) => {
    await using scene = await openLegs()
    await using registry = await startJobRegistry()
    await tamper(join(scene.job.workspace, 'legs'))
    const result = await scene.step('image', { ...registry.inputs, platforms, packages: 'legs' })
    const found = await expectFailed(scene, result)
    expect(found.map(({ code }) => code)).toEqual(message.split('\n').map(() => 'PACKAGES_INVALID'))
    const texts = found.map(({ text }) => text.split('\n')[0]?.replace('input "packages": ', ''))
    expect(texts.join('\n')).toBe(message)
    expect(scene.server.requests).toEqual([])
    expect(registry.tags).toEqual([])
  })

  it('a folder with no repository among several', async () => {
    await using scene = await openLegs()
    await mkdir(join(scene.job.workspace, 'empty'))
    const result = await scene.step('image', { platforms, push: 'false', packages: 'legs/one\nempty' })
    const found = await expectFailed(scene, result)
    expect(found).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "input "packages": the folder "empty" has not got an <architecture>/APKINDEX.tar.gz
      Give the output "packages" of a package step, or the folder that was uploaded from it.",
        },
      ]
    `)
  })
})
