import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import { findRepositories, type LegFolder } from '../../../src/melange/find-repositories.ts'
import { mergeRepositories } from '../../../src/melange/merge-repositories.ts'
import { unreadable } from '../../../src/melange/unreadable-packages.ts'
import { verifyLegs } from '../../../src/melange/verify-legs.ts'
import { verifyRepository } from '../../../src/melange/verify-repository.ts'
import { splitApk } from '../../support/apk-parts.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'
import { legKey, writeLeg, type LegPackage } from '../../support/leg-folder.ts'
import { architecture, melangeTool, temporaryFolder } from '../../support/melange-fixtures.ts'
import { signingMelange } from '../../support/signing-melange.ts'

const [amd64, arm64] = ['amd64', 'arm64'].map(architecture) as [
  ReturnType<typeof architecture>,
  ReturnType<typeof architecture>,
]

let root: string
beforeEach(() => {
  root = temporaryFolder()
})

/** Legs by name, each with its own key. */
async function legs(
  packages: Readonly<Record<string, readonly LegPackage[]>>,
): Promise<readonly LegFolder[]> {
  for (const [name, list] of Object.entries(packages)) await writeLeg(join(root, 'legs', name), list)
  return (await findRepositories(['legs'], root)).legs
}

async function jobKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = legKey()
  const path = join(root, 'key', 'melange.rsa')
  await mkdir(join(root, 'key'), { recursive: true })
  await writeFile(path, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  await writeFile(`${path}.pub`, publicKey)
  return { privateKey: path, publicKey: `${path}.pub`, throwAway: true }
}

async function merge(found: readonly LegFolder[], melange: Answer = signingMelange) {
  const ports = fakePorts({ processes: { melange } })
  const apks = await verifyLegs(found, [amd64])
  const request = {
    apks,
    melange: melangeTool(),
    key: await jobKey(),
    repository: join(root, 'out', 'packages'),
  }
  await mkdir(join(root, 'out'), { recursive: true })
  return { repository: await mergeRepositories(request, ports), commands: ports.commands }
}

const refusal = async (body: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await body.then(
    () => undefined,
    (each: unknown) => each,
  )
  const all = error instanceof Failures ? error.all : error instanceof Failure ? [error] : []
  return all.map(({ code, message }) => `${code} ${message}`)
}

describe('merged', () => {
  it('packages of several legs are one repository that the key of this job vouches for', async () => {
    const found = await legs({
      a: [{ name: 'liba' }, { name: 'liba', arch: 'aarch64' }],
      b: [{ name: 'tool' }],
    })
    const { repository } = await merge(found)
    expect(repository.packages.map(({ file }) => file).toSorted()).toEqual([
      'aarch64/liba-1.0.0-r0.apk',
      'x86_64/liba-1.0.0-r0.apk',
      'x86_64/tool-1.0.0-r0.apk',
    ])
    expect((await readdir(repository.folder, { recursive: true })).toSorted()).toEqual([
      'aarch64',
      'aarch64/APKINDEX.tar.gz',
      'aarch64/liba-1.0.0-r0.apk',
      'melange.rsa.pub',
      'x86_64',
      'x86_64/APKINDEX.tar.gz',
      'x86_64/liba-1.0.0-r0.apk',
      'x86_64/tool-1.0.0-r0.apk',
    ])
    expect(await readFile(repository.publicKey)).toEqual(await readFile(join(root, 'key', 'melange.rsa.pub')))
    const verified = await verifyRepository({ title: 'merged', folder: repository.folder })
    expect(verified).toHaveLength(3)
    for (const { file, sha256, size } of repository.packages) {
      const bytes = await readFile(join(repository.folder, file))
      expect([createHash('sha256').update(bytes).digest('hex'), bytes.length]).toEqual([sha256, size])
    }
  })

  it('only the signature of an apk is another one', async () => {
    const found = await legs({ a: [{ name: 'liba' }] })
    const before = splitApk(await readFile(join(root, 'legs/a/x86_64/liba-1.0.0-r0.apk')))
    const { repository } = await merge(found)
    const after = splitApk(await readFile(join(repository.folder, 'x86_64/liba-1.0.0-r0.apk')))
    expect([after.control, after.data]).toEqual([before.control, before.data])
    expect(after.signature).not.toEqual(before.signature)
  })

  it('the same package in two legs is there once, whoever signed it; other versions stay', async () => {
    const found = await legs({
      a: [{ name: 'liba' }],
      b: [{ name: 'liba' }, { name: 'liba', version: '1.1.0-r0' }],
    })
    const { repository } = await merge(found)
    expect(repository.packages.map(({ file }) => file)).toEqual([
      'x86_64/liba-1.0.0-r0.apk',
      'x86_64/liba-1.1.0-r0.apk',
    ])
  })

  it('what lay in the place of the repository is replaced, though a leg lies there itself', async () => {
    await writeLeg(join(root, 'out', 'packages'), [{ name: 'liba' }])
    await writeFile(join(root, 'out', 'packages', 'x86_64', 'note'), '')
    const { legs: found } = await findRepositories(['out/packages'], root)
    const { repository } = await merge(found)
    expect(await readdir(join(repository.folder, 'x86_64'))).toEqual(['APKINDEX.tar.gz', 'liba-1.0.0-r0.apk'])
  })

  it('many packages are signed a few at a time', async () => {
    const found = await legs({ a: Array.from({ length: 70 }, (_, at) => ({ name: `p${at}` })) })
    const { commands } = await merge(found)
    const counts = commands.map(({ args }) => [args[0], args.filter(each => each.endsWith('.apk')).length])
    expect(counts).toEqual([
      ['sign', 32],
      ['sign', 32],
      ['sign', 6],
      ['index', 70],
    ])
  })
})

describe('refused', () => {
  it('the same package with other content', async () => {
    const found = await legs({
      a: [{ name: 'liba' }, { name: 'libb' }],
      b: [{ name: 'liba', text: 'other' }],
      c: [{ name: 'libb', text: 'other' }],
    })
    expect(await refusal(verifyLegs(found, [amd64]))).toEqual([
      'PACKAGES_INVALID input "packages": legs/a and legs/b both have x86_64/liba-1.0.0-r0.apk, with different content',
      'PACKAGES_INVALID input "packages": legs/a and legs/c both have x86_64/libb-1.0.0-r0.apk, with different content',
    ])
  })

  it('a platform that no leg has packages for', async () => {
    const found = await legs({ a: [{ name: 'liba' }], b: [{ name: 'tool' }] })
    expect(await refusal(verifyLegs(found, [amd64, arm64]))).toEqual([
      'PACKAGES_INVALID input "packages": none of legs/a, legs/b has packages for linux/arm64, which an image is built for',
    ])
  })

  it('several legs, each with its own trouble', async () => {
    const found = await legs({ a: [{ name: 'liba' }], b: [{ name: 'tool' }], c: [{ name: 'last' }] })
    await cp(join(root, 'legs/c/melange.rsa.pub'), join(root, 'legs/a/melange.rsa.pub'))
    await writeFile(join(root, 'legs/b/x86_64/evil-1-r0.apk'), '')
    expect((await refusal(verifyLegs(found, [amd64]))).toSorted()).toEqual([
      'PACKAGES_INVALID input "packages": legs/a/x86_64/APKINDEX.tar.gz is not signed with the key melange.rsa.pub that lies beside it',
      'PACKAGES_INVALID input "packages": legs/b/x86_64/evil-1-r0.apk is named by no index',
    ])
  })

  it.each([
    ['sign', 'PACKAGE_FAILED melange cannot sign the packages: Error: splitting apk'],
    ['index', 'PACKAGE_FAILED melange cannot index the packages: Error: splitting apk'],
  ])('what melange cannot %s; nothing half-made is left', async (failing, message) => {
    const found = await legs({ a: [{ name: 'liba' }] })
    await mkdir(join(root, 'out', 'packages'), { recursive: true })
    await writeFile(join(root, 'out', 'packages', 'before'), '')
    const melange: Answer = command =>
      command.args[0] === failing
        ? { code: 1, stderr: 'Error: splitting apk\n' }
        : (signingMelange as Extract<Answer, (...args: never[]) => unknown>)(command)
    expect(await refusal(merge(found, melange))).toEqual([message])
    expect(await readdir(join(root, 'out'), { recursive: true })).toEqual(['packages', 'packages/before'])
  })
})

describe('found', () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['a repository', ['legs/a'], ['legs/a'], []],
    ['what lies right below a folder', ['legs'], ['legs/a', 'legs/b'], []],
    ['each once', ['legs/b', 'legs', './legs/a/'], ['legs/b', 'legs/a'], []],
    [
      'nothing deeper, and no other folders',
      ['.', 'records', 'legs'],
      ['legs/a', 'legs/b'],
      ['.', 'records'],
    ],
  ])('%s', async (_title, folders, wanted, empty) => {
    await legs({ a: [{ name: 'liba' }], b: [{ name: 'tool' }] })
    await mkdir(join(root, 'records'))
    await writeFile(join(root, 'records', 'giropops.json'), '{}')
    await mkdir(join(root, 'legs', 'a-record'))
    const found = await findRepositories(folders, root)
    expect([found.legs.map(({ title }) => title), found.empty]).toEqual([wanted, empty])
    expect(found.legs.map(({ folder }) => basename(folder))).toEqual(wanted.map(each => basename(each)))
  })

  it('a folder that lacks its key or its index is one that is damaged', async () => {
    const found = await legs({ a: [{ name: 'liba' }] })
    await mkdir(join(root, 'legs', 'b'))
    await writeFile(join(root, 'legs', 'b', 'melange.rsa.pub'), '')
    const again = (await findRepositories(['legs'], root)).legs
    expect([found.length, again.map(({ title }) => title)]).toEqual([1, ['legs/a', 'legs/b']])
    expect(await refusal(verifyLegs(again, []))).toEqual([
      'PACKAGES_INVALID input "packages": legs/b/*/APKINDEX.tar.gz is not there',
    ])
  })
  it('a folder that cannot be read is told, not passed over', async () => {
    const name = 'x'.repeat(300)
    expect(await refusal(findRepositories([name], root))).toEqual([
      `PACKAGES_INVALID input "packages": cannot read ${join(root, name)}: ENAMETOOLONG`,
    ])
  })

  it('passes over what vanishes or leads nowhere', async () => {
    await mkdir(join(root, 'legs'))
    await symlink('nowhere', join(root, 'legs', 'dangling'))
    await symlink('loop', join(root, 'legs', 'loop'))
    expect(await findRepositories(['legs', 'gone'], root)).toEqual({ legs: [], empty: ['legs', 'gone'] })
  })

  it.each([
    ['EACCES', 'no permission'],
    ['ENOENT', 'it is not there'],
    ['EIO', 'EIO'],
  ])('tells %s as "%s"', (code, why) => {
    const error = Object.assign(new Error(code), { code, syscall: 'scandir', path: '/legs/a' })
    expect(unreadable(error, '/legs')).toMatchObject({
      code: 'PACKAGES_INVALID',
      message: `input "packages": cannot read /legs/a: ${why}`,
    })
    const bug = new TypeError('bug')
    expect(unreadable(bug, '/legs')).toBe(bug)
  })
})
