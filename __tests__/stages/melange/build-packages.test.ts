import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { buildPackages } from '../../../src/melange/build-packages.ts'
import type { BuildOptions, BuildRequest } from '../../../src/melange/build-request.ts'
import type { PackageGraph } from '../../../src/melange/graph.ts'
import { readMelangeFile, type MelangeFile } from '../../../src/melange/melange-file.ts'
import type { Command } from '../../../src/ports.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'
import {
  architecture,
  fixture,
  logLines,
  machineAt,
  melangeTool,
  temporaryFolder,
} from '../../support/melange-fixtures.ts'

const apk = fixture('packages/hello-1.2.3-r0.apk')
const signedIndex = fixture('packages/APKINDEX.tar.gz')

function valueOf({ args }: Command, flag: string): string {
  return args[args.indexOf(flag) + 1] ?? ''
}

/** `build` leaves the fixture apk, `index` the fixture index: files as the real melange writes them. */
function fakeMelange(
  build: (command: Command) => ReturnType<Extract<Answer, (command: Command) => unknown>> = () => ({}),
): Answer {
  return async command => {
    if (command.args[0] === 'index') {
      await copyFile(signedIndex, valueOf(command, '-o'))
      return {}
    }
    const folder = join(valueOf(command, '--out-dir'), valueOf(command, '--arch'))
    const finished = await build(command)
    if ((finished.code ?? 0) !== 0) return finished
    await mkdir(folder, { recursive: true })
    await copyFile(apk, join(folder, `${basename(join(command.args[1] ?? '', '..'))}-1.2.3-r0.apk`))
    return finished
  }
}

interface Setting {
  readonly files?: readonly string[]
  /** By file, what must be built first; each is given after what it needs. */
  readonly needs?: Readonly<Record<string, readonly string[]>>
  readonly archs?: readonly string[]
  readonly options?: Partial<BuildOptions>
  readonly more?: Partial<BuildRequest>
}

function graphOf(files: readonly MelangeFile[], needs: Setting['needs'] = {}): PackageGraph {
  const nodes = files.map(file => ({
    id: file.file,
    file,
    packages: [file.name, ...file.subpackages],
    level: 0,
    needs: (needs[file.file.split('/')[0] ?? ''] ?? []).map(name => `${name}/melange.yaml`),
    runtime: [],
    tests: [],
    external: [],
  }))
  return { nodes }
}

async function requestFor({
  files = ['hello'],
  needs,
  archs = ['amd64', 'arm64'],
  options,
  more,
}: Setting = {}): Promise<BuildRequest> {
  const workspace = temporaryFolder()
  const temp = temporaryFolder()
  await mkdir(join(temp, 'key'))
  for (const name of ['melange.rsa', 'melange.rsa.pub'])
    await writeFile(join(temp, 'key', name), name, { mode: 0o600 })
  const read: MelangeFile[] = []
  for (const name of files) {
    await mkdir(join(workspace, name))
    await copyFile(fixture('files/hello.yaml'), join(workspace, name, 'melange.yaml'))
    read.push(await readMelangeFile(join(workspace, name, 'melange.yaml'), `${name}/melange.yaml`))
  }
  return {
    files: read,
    graph: graphOf(read, needs),
    architectures: archs.map(architecture),
    melange: melangeTool(),
    key: {
      privateKey: join(temp, 'key/melange.rsa'),
      publicKey: join(temp, 'key/melange.rsa.pub'),
      throwAway: true,
    },
    sandbox: async () => 'bubblewrap' as const,
    repository: join(workspace, 'out', 'packages'),
    scratch: join(temp, 'scratch'),
    machine: machineAt(workspace),
    options: {
      pipelineDirs: [],
      keyring: [],
      repositories: [],
      packages: [],
      extraArgs: [],
      exclude: [],
      ...options,
    },
    jobs: 2,
    ...more,
  }
}

async function run(request: BuildRequest, melange: Answer = fakeMelange()) {
  const ports = fakePorts({ processes: { melange } })
  const result = await buildPackages(request, ports).catch((error: unknown) => error)
  return { result, ports }
}

async function treeOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

it('builds every architecture into one signed repository', async () => {
  const request = await requestFor()
  const { result, ports } = await run(request)
  expect(result).toMatchObject({
    folder: request.repository,
    publicKey: join(request.repository, 'melange.rsa.pub'),
    packages: [
      {
        name: 'hello',
        version: '1.2.3-r0',
        arch: 'x86_64',
        file: 'x86_64/hello-1.2.3-r0.apk',
        size: (await stat(apk)).size,
      },
      { name: 'hello' },
    ],
  })
  expect(await treeOf(request.repository)).toEqual([
    'aarch64/APKINDEX.tar.gz',
    'aarch64/hello-1.2.3-r0.apk',
    'melange.rsa.pub',
    'x86_64/APKINDEX.tar.gz',
    'x86_64/hello-1.2.3-r0.apk',
  ])
  expect((await stat(join(request.repository, 'melange.rsa.pub'))).mode & 0o777).toBe(0o644)
  await expect(stat(request.scratch)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(ports.lines.filter(line => line.startsWith('> '))).toEqual([
    '> melange hello 1.2.3-r0 x86_64',
    '> melange hello 1.2.3-r0 aarch64',
  ])
})

it('gives each build its own copy of the sources, its own TMPDIR, and the time', async () => {
  const request = await requestFor({ options: { exclude: [] }, more: { sourceDateEpoch: 1_700_000_000 } })
  const { folder = '' } = request.files[0] ?? {}
  await writeFile(join(folder, 'melange.rsa'), 'the user keeps it here')
  const seen: unknown[] = []
  const withExclude = { ...request, options: { ...request.options, exclude: [join(folder, 'melange.rsa')] } }
  await run(
    withExclude,
    fakeMelange(async command => {
      const temp = command.env?.['TMPDIR'] ?? ''
      await writeFile(join(temp, 'melange-workspace-1'), 'left over')
      seen.push({
        source: await readdir(valueOf(command, '--source-dir')),
        epoch: command.env?.['SOURCE_DATE_EPOCH'],
        cwd: command.cwd,
        inScratch: temp.startsWith(request.scratch),
      })
      return {}
    }),
  )
  const each = {
    source: ['melange.yaml'],
    epoch: '1700000000',
    cwd: request.machine.workspace,
    inScratch: true,
  }
  expect(seen).toEqual([each, each])
})

it('keeps its own output and key out of the sources', async () => {
  const request = await requestFor({ archs: ['amd64'] })
  const inSources = { ...request, options: { ...request.options, sourceDir: request.machine.workspace } }
  await mkdir(join(request.repository, 'x86_64'), { recursive: true })
  let sources: readonly string[] = []
  await run(
    inSources,
    fakeMelange(async command => {
      sources = await treeOf(valueOf(command, '--source-dir'))
      return {}
    }),
  )
  expect(sources).toEqual(['hello/melange.yaml'])
})

const chain = { files: ['liba', 'appb'], needs: { appb: ['liba'] }, archs: ['amd64'] } as const

it('lets files use what they need of others', async () => {
  const request = await requestFor(chain)
  const { ports } = await run(request)
  const [first, second] = ports.commands.filter(({ args }) => args[0] === 'build')
  expect(first?.args).not.toContain('--repository-append')
  expect([
    valueOf(second ?? { tool: '', args: [] }, '--repository-append'),
    valueOf(second ?? { tool: '', args: [] }, '--keyring-append'),
  ]).toEqual(['.giropops-packages', '.giropops-packages/melange.rsa.pub'])
  expect(ports.commands.map(({ args }) => args[0])).toEqual(['build', 'index', 'build', 'index'])
  expect(
    ports.commands
      .at(-1)
      ?.args.filter(arg => arg.endsWith('.apk'))
      .map(path => basename(path)),
  ).toEqual(['appb-1.2.3-r0.apk', 'liba-1.2.3-r0.apk'])
})

it('keeps what lay in the repository, and indexes it anew first', async () => {
  const request = await requestFor({ archs: ['amd64'] })
  const folder = join(request.repository, 'x86_64')
  await mkdir(folder, { recursive: true })
  await copyFile(apk, join(folder, 'given-1-r0.apk'))
  await copyFile(apk, join(folder, 'hello-1.2.3-r0.apk'))
  await writeFile(join(folder, 'APKINDEX.tar.gz'), 'of another key')
  const { ports } = await run(request)
  expect(ports.commands.map(({ args }) => args[0])).toEqual(['index', 'build', 'index'])
  expect(ports.commands[1]?.args).toContain('--repository-append')
  expect(ports.commands[2]?.args.filter(arg => arg.endsWith('.apk')).map(path => basename(path))).toEqual([
    'given-1-r0.apk',
    'hello-1.2.3-r0.apk',
  ])
  expect(await readFile(join(folder, 'APKINDEX.tar.gz'))).toEqual(await readFile(signedIndex))
})

it('warns once of packages that no file of the run makes, for they get into images', async () => {
  const request = await requestFor()
  for (const lane of ['x86_64', 'aarch64']) {
    await mkdir(join(request.repository, lane), { recursive: true })
    for (const name of ['old', 'hello']) {
      await copyFile(apk, join(request.repository, lane, `${name}-1.2.3-r0.apk`))
    }
  }
  const { ports } = await run(request)
  expect(ports.lines.filter(line => line.startsWith('warning: '))).toEqual([
    'warning: packages in out/packages were there before this run, and may get into its packages and images: old; if no earlier step made them, remove the folder or name another "output"',
  ])
})

it('gives a second run in the same folder the same arguments, for melange records them', async () => {
  const request = await requestFor(chain)
  const named = request.files.map((file, index) => ({ ...file, name: index === 0 ? 'liba' : 'appb' }))
  const argumentsOf = async () => {
    const { ports } = await run({ ...request, graph: graphOf(named, chain.needs) })
    return ports.commands.filter(({ args }) => args[0] === 'build').map(({ args }) => args)
  }
  const first = await argumentsOf()
  expect(first.map(args => args.includes('--repository-append'))).toEqual([false, true])
  expect(await argumentsOf()).toEqual(first)
})

it('removes an index of packages that are gone', async () => {
  const request = await requestFor({ archs: ['amd64'] })
  const folder = join(request.repository, 'x86_64')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'APKINDEX.tar.gz'), 'lists what is not there')
  await run(
    request,
    fakeMelange(() => ({ code: 1 })),
  )
  expect(await treeOf(request.repository)).toEqual(['melange.rsa.pub'])
})

it('lets the others finish, then tells every failure; what was built is whole', async () => {
  const request = await requestFor({ archs: ['amd64', 'arm64', 'riscv64'] })
  const stderr = logLines('lint').join('\n')
  const { result } = await run(
    request,
    fakeMelange(command => (valueOf(command, '--arch') === 'aarch64' ? {} : { code: 1, stderr })),
  )
  expect(result).toBeInstanceOf(Failures)
  const failures = result instanceof Failures ? result.all : []
  expect(failures.map(({ code, message, at }) => [code, message.split(':')[0], at?.file])).toEqual([
    ['PACKAGE_FAILED', 'cannot build hello 1.2.3-r0 x86_64', 'hello/melange.yaml'],
    ['PACKAGE_FAILED', 'cannot build hello 1.2.3-r0 riscv64', 'hello/melange.yaml'],
  ])
  expect(await treeOf(request.repository)).toEqual([
    'aarch64/APKINDEX.tar.gz',
    'aarch64/hello-1.2.3-r0.apk',
    'melange.rsa.pub',
  ])
  await expect(stat(request.scratch)).rejects.toMatchObject({ code: 'ENOENT' })
})

it('stops what needs a file that failed, says so, and finishes the rest', async () => {
  const request = await requestFor({
    files: ['liba', 'other', 'appb', 'plug'],
    needs: { appb: ['liba'], plug: ['other', 'appb'] },
  })
  const { result, ports } = await run(
    request,
    fakeMelange(command =>
      command.args[1] === 'liba/melange.yaml' && valueOf(command, '--arch') === 'aarch64' ? { code: 1 } : {},
    ),
  )
  expect(result).toMatchObject({ code: 'PACKAGE_FAILED' })
  const started = ports.commands
    .filter(({ args }) => args[0] === 'build')
    .map(command => `${command.args[1]?.split('/')[0]} ${valueOf(command, '--arch')}`)
  expect(started.toSorted()).toEqual([
    'appb x86_64',
    'liba aarch64',
    'liba x86_64',
    'other aarch64',
    'other x86_64',
    'plug x86_64',
  ])
  const skipped =
    'warning: not built: hello 1.2.3-r0 aarch64, since it needs hello 1.2.3-r0 aarch64, which failed'
  expect(ports.lines.filter(line => line.startsWith('warning: '))).toEqual([
    `${skipped} @appb/melange.yaml:1`,
    `${skipped} @plug/melange.yaml:1`,
  ])
  expect((await treeOf(request.repository)).filter(path => path.startsWith('aarch64'))).toEqual([
    'aarch64/APKINDEX.tar.gz',
    'aarch64/other-1.2.3-r0.apk',
  ])
})

it('shows a file the repository only when it needs something of it', async () => {
  const request = await requestFor({ ...chain, files: ['liba', 'other', 'appb'] })
  const { ports } = await run(request)
  const seen = ports.commands
    .filter(({ args }) => args[0] === 'build')
    .map(({ args }) => [args[1]?.split('/')[0], args.includes('--repository-append')])
  expect(Object.fromEntries(seen)).toEqual({ liba: false, other: false, appb: true })
})

it.each([
  [
    'unsigned',
    (command: Command) => copyFile(fixture('packages/unsigned.tar.gz'), valueOf(command, '-o')),
    'unsigned',
  ],
  ['not written', async () => {}, 'unsigned'],
])('never leaves an index that is %s', async (_, write, said) => {
  const request = await requestFor({ archs: ['amd64'] })
  const melange = fakeMelange()
  const { result } = await run(request, async command => {
    if (command.args[0] !== 'index') return typeof melange === 'function' ? melange(command) : melange
    await write(command)
    return {}
  })
  expect(result).toMatchObject({ code: 'PACKAGE_FAILED', message: expect.stringContaining(said) as string })
  expect(await treeOf(request.repository)).toEqual(['melange.rsa.pub'])
})

it('tells why there is no index', async () => {
  const request = await requestFor({ archs: ['amd64'] })
  const melange = fakeMelange()
  const { result } = await run(request, async command => {
    if (command.args[0] !== 'index') return typeof melange === 'function' ? melange(command) : melange
    return {
      code: 1,
      stderr: '2026/11/24 07:48:24 ERRO updating index: failed to parse package x.apk: EOF\n',
    }
  })
  expect(result).toMatchObject({
    message: 'melange cannot index the packages: updating index: failed to parse package x.apk: EOF',
  })
})

it('tells a build that ended well but left nothing', async () => {
  const { result } = await run(await requestFor({ archs: ['amd64'] }), {})
  expect(result).toMatchObject({
    code: 'PACKAGE_FAILED',
    message: expect.stringContaining('left no package') as string,
  })
})

it('ends with the cancellation alone, and nothing left', async () => {
  const request = await requestFor()
  const { result } = await run(
    request,
    fakeMelange(command => {
      if (valueOf(command, '--arch') === 'x86_64') return { code: 1 }
      throw new Failure('CANCELLED', 'the run was cancelled, melange with it')
    }),
  )
  expect(result).toMatchObject({ code: 'CANCELLED' })
  await expect(stat(request.scratch)).rejects.toMatchObject({ code: 'ENOENT' })
})

it('tells once that there is no sandbox, and begins nothing more', async () => {
  const missing = new Failure('SANDBOX_MISSING', 'no sandbox works here')
  const request = await requestFor({
    files: ['liba', 'appb', 'plug'],
    needs: { plug: ['liba'] },
    archs: ['amd64'],
  })
  let asked = 0
  const sandbox = () => ((asked += 1), Promise.reject(missing))
  const { result, ports } = await run({ ...request, sandbox, jobs: 1 })
  expect([result, asked]).toEqual([missing, 1])
  expect(ports.lines.filter(line => line.includes('not built'))).toEqual([])
})

it('lets a bug through', async () => {
  const { result } = await run(
    await requestFor(),
    fakeMelange(() => {
      throw new TypeError('bug')
    }),
  )
  expect(result).toBeInstanceOf(TypeError)
})

it('builds a file for its own architectures only, and says so before anything when there are none', async () => {
  const request = await requestFor({ files: ['liba', 'appb'] })
  const only = (file: MelangeFile | undefined, architectures: readonly string[]): MelangeFile[] =>
    file === undefined ? [] : [{ ...file, architectures }]
  const some = await run({ ...request, graph: graphOf(only(request.files[0], ['aarch64'])) })
  expect(
    some.ports.commands.filter(({ args }) => args[0] === 'build').map(command => valueOf(command, '--arch')),
  ).toEqual(['aarch64'])
  const none = await run({
    ...request,
    graph: graphOf([...only(request.files[0], []), ...only(request.files[1], ['s390x'])]),
  })
  expect(none.result).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(none.ports.commands).toEqual([])
})

it('refuses what this melange cannot do before anything', async () => {
  const request = await requestFor({
    options: { extraArgs: ['--out-dir', '/x'] },
    more: { melange: melangeTool() },
  })
  const { result, ports } = await run(request)
  expect(result).toMatchObject({ code: 'INPUT_INVALID' })
  expect(ports.commands).toEqual([])
})

it('tells a source folder that is not there', async () => {
  const { result } = await run(
    await requestFor({ archs: ['amd64'], options: { sourceDir: '/no/such/folder' } }),
  )
  expect(result).toMatchObject({
    code: 'PACKAGE_FAILED',
    message: expect.stringContaining(
      'there is no such file or folder while copying the source folder of hello/melange.yaml',
    ) as string,
  })
})

it('passes a step on to the log as it came, but lets it give us no orders', async () => {
  const stderr = ['2026/11/24 07:49:07 INFO compiling', '2026/11/24 07:49:07 INFO ::stop-commands::x'].join(
    '\n',
  )
  const { ports } = await run(
    await requestFor({ archs: ['amd64'] }),
    fakeMelange(() => ({ stderr })),
  )
  expect(ports.lines.slice(-2)).toEqual(['compiling', '| ::stop-commands::x'])
})

const damagedEnd = (reason: string): string =>
  `2026/11/24 08:20:24 ERRO failed to build package: unable to build guest: unable to generate image: installing apk packages: installing packages: ${reason}`
const cacheOf = ({ args }: Command): string =>
  args.find(arg => arg.startsWith('--apk-cache-dir='))?.split('=')[1] ?? ''

it.each([
  'expanding alpine-baselayout-data (ver:3.7.0-r0 arch:x86_64): unexpected EOF',
  'expanding busybox (ver:1.35.0-r4 arch:x86_64): gzip: invalid header',
  'package "busybox (ver:1.35.0-r4 arch:x86_64)" control hash mismatch: expected 1, got 2',
])('builds once more with fresh downloads, which replace the damaged ones: %s', async reason => {
  const apkCacheDir = temporaryFolder()
  await writeFile(join(apkCacheDir, 'damaged'), '')
  const request = await requestFor({ archs: ['amd64'], options: { apkCacheDir } })
  const melange = fakeMelange(async command => {
    const folder = cacheOf(command)
    const kept: readonly string[] = await readdir(folder).catch(() => [])
    if (kept.includes('damaged')) {
      return { code: 1, stderr: damagedEnd(reason) }
    }
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'whole'), '')
    return {}
  })
  const { result, ports } = await run(request, melange)
  expect(result).toMatchObject({ packages: [{ name: 'hello' }] })
  expect(await readdir(apkCacheDir)).toEqual(['whole'])
  expect(ports.lines.filter(line => line.startsWith('warning: '))).toEqual([
    `warning: hello 1.2.3-r0 x86_64 is built once more: what ${apkCacheDir} keeps of packages is damaged, and downloaded anew`,
  ])
})

it.each([
  ['the repository itself is damaged', 'expanding a (ver:1-r0 arch:x86_64): unexpected EOF', 2],
  ['something else failed', 'expanding a (ver:1-r0 arch:x86_64): permission denied', 1],
])('tells the failure when %s', async (_, reason, times) => {
  const request = await requestFor({ archs: ['amd64'], options: { apkCacheDir: temporaryFolder() } })
  const { result, ports } = await run(
    request,
    fakeMelange(() => ({ code: 1, stderr: damagedEnd(reason) })),
  )
  expect(result).toMatchObject({
    code: 'PACKAGE_FAILED',
    message: expect.stringContaining(reason) as unknown,
  })
  expect(ports.commands).toHaveLength(times)
})
