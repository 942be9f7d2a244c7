import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildImages } from '../../../src/apko/build-images.ts'
import { parseInstalled } from '../../../src/apko/installed-database.ts'
import type { LockMode } from '../../../src/domain/lock.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'
import { apkoStandIn, layerFiles, valueOf, withoutLock } from './apko-stand-in.ts'
import { valuesOf } from './built-images.ts'
import { imagesRequest, type RequestPlan } from './images-request.ts'

interface Entry {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly checksum: string
  readonly url: string
}

const help = [
  '--arch strings',
  '-k, --keyring-append strings',
  '--output string',
  '-r, --repository-append strings',
]
  .map(flag => `      ${flag}   what it is\n`)
  .join('')

/** What the stand-in's images have installed, as `apko lock` would list it; `hello` is of this run. */
function resolved(architecture: string): readonly Entry[] {
  return parseInstalled(layerFiles['usr/lib/apk/db/installed']).map(({ name, version, checksum }) => {
    const repository = name === 'hello' ? './packages' : 'https://apk.example/main'
    return {
      name,
      version,
      architecture,
      checksum,
      url: `${repository}/${architecture}/${name}-${version}.apk`,
    }
  })
}

/** An apko that locks; `resolve` says what, by the text of the file that it is given. */
function locking(resolve: (architecture: string, text: string) => readonly Entry[] = resolved): Answer {
  const build = apkoStandIn()
  return async command => {
    const { args, cwd = '' } = command
    if (args.join(' ') === 'lock --help') return { stdout: help }
    if (args[0] !== 'lock') return build(command)
    const config = args[1] ?? ''
    const text = await readFile(config.startsWith('/') ? config : join(cwd, config), 'utf8')
    const packages = valueOf(args, '--arch')
      .split(',')
      .flatMap(arch => resolve(arch, text))
    const document = {
      version: 'v1',
      config: { name: config, checksum: 'sha256-of-apko' },
      contents: { packages },
    }
    await writeFile(valueOf(args, '--output'), JSON.stringify(document))
    return {}
  }
}

type Mangle = (entries: Entry[]) => readonly Entry[]

/** Builds with a lock of the user, made of what is installed. */
async function build(
  plan: RequestPlan & { mode?: LockMode; lock?: undefined; mangle?: Mangle; apko?: never } = {},
  apko = locking(),
) {
  const request = await imagesRequest(plan)
  const path = join(request.workspace, 'apko.lock.json')
  const [wish] = request.images
  if (wish === undefined) throw new Error('no image')
  const { mode, mangle = entries => entries } = plan
  if (mode !== undefined && mode !== 'update') {
    const entries = wish.architectures.flatMap(({ apk }) => resolved(apk))
    const config = { name: 'apko.yaml', checksum: wish.file.checksum }
    await writeFile(
      path,
      JSON.stringify({ version: 'v1', config, contents: { packages: mangle([...entries]) } }),
    )
  }
  const lock = mode === undefined ? {} : { lock: { mode, path, file: 'apko.lock.json' } }
  const ports = fakePorts({ processes: { apko } })
  const outcome = await buildImages({ ...request, images: [{ ...wish, ...lock }] }, ports).then(valuesOf)
  return { request, ports, path, image: outcome[0], commands: ports.commands.map(({ args }) => args) }
}

describe('packages of this run', () => {
  it('are resolved with their key, and installed by that without it', async () => {
    const { commands, image, request } = await build({
      options: { keyring: ['https://apk.example/b.rsa.pub'] },
    })
    expect(commands.map(([command]) => command)).toEqual(['lock', 'lock', 'build'])
    const keysOf = (args: readonly string[] = []) => args.filter(arg => arg.endsWith('.rsa.pub'))
    expect(keysOf(commands[1])).toEqual(['giropops-keys/melange.rsa.pub', 'https://apk.example/b.rsa.pub'])
    expect(keysOf(commands[2])).toEqual(['https://apk.example/b.rsa.pub'])
    expect(valueOf(commands[2] ?? [], '--lockfile')).toContain(request.scratch)
    expect(image?.lock).toBe(undefined)
  })

  it('go in with their key where apko cannot lock, which is said', async () => {
    const { commands, ports } = await build({}, withoutLock(apkoStandIn()))
    expect(commands.at(-1)).toContain('giropops-keys/melange.rsa.pub')
    expect(commands.at(-1)).not.toContain('--lockfile')
    expect(ports.lines).toContainEqual(expect.stringMatching(/notice: apko 1.2.31 cannot lock/))
  })

  it('are not looked for where there are none', async () => {
    expect((await build({ built: false })).commands.map(([command]) => command)).toEqual(['build'])
  })

  it('that are not what was resolved are no image', async () => {
    const other: Mangle = entries => entries.map(each => ({ ...each, checksum: 'Q1other' }))
    await expect(
      build(
        {},
        locking(arch => other([...resolved(arch)])),
      ),
    ).rejects.toThrow(/what apko installed is not what it resolved: linux\/amd64: .* with another checksum/)
  })
})

describe('resolving', () => {
  const extra: Entry = {
    name: 'x',
    version: '1.0-r0',
    architecture: '',
    checksum: 'Q1x',
    url: 'https://apk.example/x',
  }

  it('takes packages that inputs add, for which apko lock has no flag', async () => {
    const texts: string[] = []
    const apko = locking((arch, text) => {
      texts.push(text)
      return resolved(arch)
    })
    await build({ archs: ['x86_64'], options: { packages: ['busybox'] } }, apko)
    expect(texts.map(text => JSON.parse(text) as object)).toEqual([
      { include: 'apko.yaml', contents: { packages: ['busybox'] } },
    ])
  })

  it('pins the lowest version where platforms come out apart, as a build without a lock does', async () => {
    const seen: string[] = []
    const apko = locking((arch, text) => {
      seen.push(text)
      const pinned = text.includes('x=1.9-r0')
      const version = arch === 'x86_64' && !pinned ? '1.10-r0' : '1.9-r0'
      return [...resolved(arch), { ...extra, architecture: arch, version }]
    })
    await expect(build({}, apko)).rejects.toThrow('linux/amd64: x 1.9-r0 was not installed')
    expect(seen).toHaveLength(4)
  })

  it('warns where they stay apart', async () => {
    const apko = locking(arch => [
      ...resolved(arch),
      { ...extra, architecture: arch, version: `${arch.length}.0-r0` },
    ])
    const request = await imagesRequest()
    const ports = fakePorts({ processes: { apko } })
    await buildImages(request, ports)
    expect(ports.lines).toContainEqual(
      'warning: apko.yaml: platforms get other versions of x (6.0-r0, 7.0-r0)',
    )
  })
})

describe('a lock of the user', () => {
  it.each<[LockMode]>([['use'], ['frozen']])('%s: is proven to be what is installed', async mode => {
    const { image, ports } = await build({ mode })
    expect(image?.lock).toMatchObject({ mode, file: 'apko.lock.json', changes: [] })
    expect(ports.lines).toContain('apko: packages are those of the lock apko.lock.json')
  })

  it('update: is written, with the changes told', async () => {
    const { image, path, ports } = await build({ mode: 'update' })
    expect(image?.lock?.changes).toHaveLength(6)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ version: 'v1' })
    expect(ports.lines).toEqual(
      expect.arrayContaining(['wrote the lock apko.lock.json', 'linux/arm64: busybox added, 1.35.0-r4']),
    )
  })

  it('update: is refused where apko cannot', async () => {
    await expect(build({ mode: 'update' }, withoutLock(apkoStandIn()))).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: 'apko 1.2.31 cannot write a lock (apko.lock.json)',
    })
  })

  const isArm = ({ architecture }: Entry): boolean => architecture === 'aarch64'
  it.each<[string, Mangle, RegExp]>([
    [
      'version',
      all => all.map(each => (each.name === 'busybox' ? { ...each, version: '9-r0' } : each)),
      /busybox 1.35.0-r4 was installed, not 9-r0/,
    ],
    [
      'checksum',
      all => all.map(each => (each.name === 'busybox' ? { ...each, checksum: 'Q1x' } : each)),
      /busybox 1.35.0-r4 was installed with another checksum/,
    ],
    [
      'lacking package',
      all => all.filter(each => each.name !== 'busybox'),
      /busybox 1.35.0-r4 was installed, though it is not listed/,
    ],
    [
      'further package',
      all => [...all, ...all.slice(0, 1).map(each => ({ ...each, name: 'more' }))],
      /linux\/amd64: more .* was not installed/,
    ],
    ['lacking platform', all => all.filter(each => !isArm(each)), /it has no packages for linux\/arm64/],
  ])('with a wrong or %s is stale', async (_, mangle, why) => {
    await expect(build({ mode: 'use', mangle })).rejects.toThrow(why)
    const failure = await build({ mode: 'use', mangle }).catch((error: unknown) => error)
    const all = failure instanceof Error && 'all' in failure ? (failure.all as unknown[]) : [failure]
    for (const each of all) expect(each).toMatchObject({ code: 'LOCK_STALE', at: { file: 'apko.lock.json' } })
  })

  it('that lacks what is asked for is stale: apko would not install it', async () => {
    await expect(build({ mode: 'use', options: { packages: ['zlib', 'cmd:ash'] } })).rejects.toThrow(
      '"zlib" is needed, and nothing is or provides it',
    )
  })
})
