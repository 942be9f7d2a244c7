import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { BuildJob, BuildRequest } from '../../../src/melange/build-request.ts'
import { contentKey, type ContentFacts } from '../../../src/melange/content-key.ts'
import { openFolderStore } from '../../../src/melange/package-store.ts'
import { takeOrBuild } from '../../../src/melange/take-or-build.ts'
import type { Command, Finished } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import {
  architecture,
  fixtureFile,
  machineAt,
  melangeTool,
  temporaryFolder,
} from '../../support/melange-fixtures.ts'
import { apk, name } from '../../support/package-store-scene.ts'

const facts: ContentFacts = {
  name: 'hello',
  architecture: 'x86_64',
  instructions: { compiled: {} },
  source: [],
  environment: { picked: [] },
  hasRepository: false,
  packages: [],
  extraArgs: [],
  key: 'throw-away',
  melange: { version: '0.56.5', sha256: '0'.repeat(64) },
  stamps: {},
}

/** `build` leaves the fixture apk; `sign` puts a first member with our signature's name before each. */
async function fakeMelange({ args }: Command): Promise<Partial<Finished>> {
  const valueOf = (flag: string): string => args[args.indexOf(flag) + 1] ?? ''
  if (args[0] === 'build') {
    const folder = join(valueOf('--out-dir'), valueOf('--arch'))
    await mkdir(folder, { recursive: true })
    await copyFile(apk, join(folder, name))
  }
  if (args[0] === 'sign') for (const file of args.slice(3)) await sign(file)
  return {}
}

async function sign(file: string): Promise<void> {
  const block = Buffer.alloc(512)
  block.write('.SIGN.RSA256.new.rsa.pub')
  block.write('0000644\0', 100)
  block.write('00000000000\0', 124)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  block.write('        ', 148)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  await writeFile(file, Buffer.concat([gzipSync(block), await readFile(file)]))
}

async function scene(melange: (command: Command) => Promise<Partial<Finished>> = fakeMelange) {
  const workspace = temporaryFolder()
  const ports = fakePorts({ processes: { melange } })
  const request: BuildRequest = {
    files: [],
    graph: { nodes: [] },
    architectures: [architecture('amd64')],
    melange: melangeTool(),
    key: {
      privateKey: join(workspace, 'keys/new.rsa'),
      publicKey: join(workspace, 'keys/new.rsa.pub'),
      throwAway: true,
    },
    sandbox: async () => 'bubblewrap' as const,
    repository: join(workspace, 'out'),
    scratch: join(workspace, 'scratch'),
    machine: machineAt(workspace),
    options: {
      sourceDir: join(workspace, 'source'),
      pipelineDirs: [],
      keyring: [],
      repositories: [],
      packages: [],
      extraArgs: [],
      exclude: [],
    },
    jobs: 1,
  }
  await mkdir(join(workspace, 'source'))
  let place = 0
  const job = async (): Promise<BuildJob> => ({
    request,
    file: await fixtureFile('hello'),
    architecture: architecture('amd64'),
    place: join(request.scratch, String((place += 1))),
    hasRepository: false,
  })
  const store = openFolderStore({ folder: join(workspace, 'store'), most: 1e9 }, ports)
  const commands = () => ports.commands.map(({ args }) => args[0])
  return {
    workspace,
    ports,
    request,
    job,
    store,
    commands,
    cache: { store, blank: false, facts: async () => facts },
  }
}

it('builds, keeps, and takes the next time, signed anew', async () => {
  const { job, cache, ports, commands } = await scene()
  const built = await takeOrBuild(await job(), cache, ports)
  expect([built.taken, commands()]).toEqual([false, ['build']])
  const again = await job()
  const taken = await takeOrBuild(again, cache, ports)
  expect(commands()).toEqual(['build', 'sign'])
  expect(taken).toEqual({ taken: true, apks: [join(again.place, 'out/x86_64', name)] })
  const [signed = ''] = taken.apks
  expect((await readFile(signed)).subarray(-1000)).toEqual((await readFile(apk)).subarray(-1000))
  expect(ports.lines).toContain(`hello 1.2.3-r0 x86_64: as built before (${contentKey(facts).slice(0, 12)})`)
})

it('leaves what is stored as it was when it signs', async () => {
  const { job, cache, ports, workspace } = await scene()
  await takeOrBuild(await job(), cache, ports)
  await takeOrBuild(await job(), cache, ports)
  expect(await readFile(join(workspace, 'store', contentKey(facts), name))).toEqual(await readFile(apk))
})

it('builds each time without a cache, and when the key can not be known', async () => {
  const { job, cache, ports, commands, store } = await scene()
  for (const each of [undefined, { ...cache, facts: async () => undefined }]) {
    expect((await takeOrBuild(await job(), each, ports)).taken).toBe(false)
  }
  expect([commands(), await store.isEmpty()]).toEqual([['build', 'build'], true])
})

it('builds what was damaged, with a warning', async () => {
  const { job, cache, ports, commands, workspace } = await scene()
  await takeOrBuild(await job(), cache, ports)
  await writeFile(join(workspace, 'store', contentKey(facts), name), 'poison')
  expect((await takeOrBuild(await job(), cache, ports)).taken).toBe(false)
  expect(commands()).toEqual(['build', 'build'])
  expect(ports.lines.filter(line => line.startsWith('warning:'))).toHaveLength(1)
  expect((await takeOrBuild(await job(), cache, ports)).taken).toBe(true)
})

const refuses = async (command: Command): Promise<Partial<Finished>> =>
  command.args[0] === 'sign' ? { code: 1, stderr: 'ERROR: signature refused' } : fakeMelange(command)
const signsNothing = async (command: Command): Promise<Partial<Finished>> =>
  command.args[0] === 'sign' ? {} : fakeMelange(command)
it.each([
  ['fails', refuses, /signature refused/],
  ['leaves them as they are', signsNothing, /without our signature/],
])('builds when melange sign %s', async (_, melange, reason) => {
  const { job, cache, ports, commands } = await scene(melange)
  await takeOrBuild(await job(), cache, ports)
  const again = await job()
  expect((await takeOrBuild(again, cache, ports)).apks).toEqual([join(again.place, 'out/x86_64', name)])
  expect(commands()).toEqual(['build', 'sign', 'build'])
  expect(ports.lines.filter(line => line.startsWith('warning:'))).toEqual([expect.stringMatching(reason)])
})

it('stops when the disk is full', async () => {
  const full = async (command: Command): Promise<Partial<Finished>> =>
    command.args[0] === 'sign' ? { code: 1, stderr: 'write: no space left on device' } : fakeMelange(command)
  const { job, cache, ports } = await scene(full)
  await takeOrBuild(await job(), cache, ports)
  const failed = await takeOrBuild(await job(), cache, ports).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(Failure)
  expect(failed).toMatchObject({ code: 'DISK_FULL' })
})

it('keeps nothing of a build that fails', async () => {
  const { job, cache, ports, store } = await scene(async () => ({ code: 1, stderr: 'ERROR: broken' }))
  await expect(takeOrBuild(await job(), cache, ports)).rejects.toMatchObject({ code: 'PACKAGE_FAILED' })
  expect(await store.isEmpty()).toBe(true)
})

it('builds at once where the store had nothing, and keeps it all the same', async () => {
  const { promise, resolve } = Promise.withResolvers<ContentFacts>()
  const builds = async (command: Command): Promise<Partial<Finished>> => {
    resolve(facts)
    return fakeMelange(command)
  }
  const { job, cache, ports, commands } = await scene(builds)
  expect((await takeOrBuild(await job(), { ...cache, blank: true, facts: () => promise }, ports)).taken).toBe(
    false,
  )
  expect((await takeOrBuild(await job(), cache, ports)).taken).toBe(true)
  expect(commands()).toEqual(['build', 'sign'])
})

it('tells first why a build failed, then why its key is not known', async () => {
  const { job, cache, ports, store } = await scene(async () => ({ code: 1, stderr: 'ERROR: broken' }))
  const blank = { ...cache, blank: true, facts: () => Promise.reject(new Error('unreadable')) }
  await expect(takeOrBuild(await job(), blank, ports)).rejects.toMatchObject({ code: 'PACKAGE_FAILED' })
  const good = await scene()
  await expect(takeOrBuild(await good.job(), { ...blank, store }, good.ports)).rejects.toThrow('unreadable')
})
