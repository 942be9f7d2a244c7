import { chmod, readFile, rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bare,
  compiledHello,
  inOrder,
  keyOf,
  offer,
  offers,
  picks,
  put,
  readFacts,
  whole,
  type Change,
  type FactsScene,
} from '../../support/facts-scene.ts'
import { melangeTool } from '../../support/melange-fixtures.ts'

const beside = { job: { hasRepository: true } }

describe('what a package is made of', () => {
  it('has the compiled file without places, the sources, and picks with checksums of the index', async () => {
    const { facts, workspace } = await readFacts(whole)
    const { contents } = compiledHello.environment
    expect(facts).toMatchObject({
      name: 'hello',
      architecture: 'x86_64',
      instructions: {
        compiled: { ...compiledHello, environment: { contents: { packages: contents.packages } } },
      },
      key: 'throw-away',
    })
    expect(facts?.environment).toEqual({
      picked: [
        { name: 'busybox', version: '1.35.0-r4', checksum: 'Q1busybox=' },
        { name: 'musl', version: '1.2.5-r0', checksum: 'Q1musl=' },
      ],
    })
    expect(facts?.source.map(({ path }) => path).toSorted()).toEqual(['hello.c', 'patches/a.patch'])
    expect(JSON.stringify(facts)).not.toMatch(new RegExp(`distro|${workspace}`))
  })

  it('asks the solver with all that the build will see', async () => {
    const options = () => ({
      packages: ['extra'],
      repositories: ['https://example.org/r'],
      keyring: ['/k.pub'],
      apkCacheDir: '/cache/downloads',
    })
    const { ports, workspace } = await readFacts({ ...whole, ...beside, options })
    const asked = ports.commands.find(({ tool }) => tool === '/tools/apko')
    expect(JSON.parse(await readFile(asked?.args[1] ?? '', 'utf8'))).toEqual({
      contents: {
        packages: ['busybox', 'extra'],
        repositories: ['distro', 'https://example.org/r', join(workspace, 'out')],
        keyring: ['distro.pub', '/k.pub', join(workspace, 'out/own.rsa.pub')],
      },
    })
    expect([asked?.cwd, asked?.args.slice(2, 4)]).toEqual([workspace, ['--arch', 'x86_64']])
    expect(asked?.args.slice(-2)).toEqual(['--cache-dir', '/cache/downloads'])
  })

  it('compiles with the options of the build, and a commit that says nothing', async () => {
    const options = () => ({
      envFile: '/e',
      varsFile: '/v',
      pipelineDirs: ['/p'],
      extraArgs: ['--build-option=x'],
      gitCommit: 'abc',
    })
    const { ports } = await readFacts({ ...whole, options })
    expect(ports.commands[0]?.args.slice(2)).toEqual([
      '--arch=x86_64',
      '--log-level=error',
      '--git-commit=unknown',
      '--git-repo-url=https://unknown/unknown/unknown',
      '--pipeline-dir',
      '/p',
      '--env-file',
      '/e',
      '--build-option=x',
    ])
  })

  it('takes the checksum of a package of this run from our own index', async () => {
    const scene = { ...whole, ...beside, picks: `${picks}liba 1.0.0-r0 OWN/x86_64/liba-1.0.0-r0.apk\n` }
    const { facts } = await readFacts(scene)
    expect(facts?.environment).toMatchObject({ picked: [{}, {}, { name: 'liba', checksum: 'Q1liba=' }] })
    const rebuilt = offer('out', offers.out.replace('Q1liba=', 'Q1new='))
    expect(await keyOf({ ...scene, change: rebuilt })).not.toBe(await keyOf(scene))
    const unrelated = offer('out', offers.out.replace('Q1other=', 'Q1new='))
    expect(await keyOf({ ...scene, change: unrelated })).toBe(await keyOf(scene))
  })

  it('has the sha256 of a lasting key', async () => {
    const keys: (string | undefined)[] = []
    for (const text of ['ONE', 'ONE\n', 'TWO']) {
      let publicKey = ''
      const change: Change = async workspace => {
        publicKey = join(workspace, 'lasting.pub')
        await put('lasting.pub', text)(workspace)
      }
      const key = {
        privateKey: '/nowhere/lasting',
        throwAway: false,
        get publicKey() {
          return publicKey
        },
      }
      keys.push((await readFacts({ ...whole, change, request: { key } })).facts?.key)
    }
    expect(keys[0]).toMatch(/^[\da-f]{64}$/)
    expect([keys[1] === keys[0], keys[2] === keys[0]]).toEqual([true, false])
  })
})

describe('the key', () => {
  it.each<[string, FactsScene]>([
    ['all is told', whole],
    ['the solver is not asked', { ...whole, withApko: false }],
    ['melange does not compile', bare],
  ])(
    'is the same in another folder, with another throw-away key and new signatures of indexes, when %s',
    async (_, scene) => {
      const change = inOrder(
        put('keys/own.rsa.pub', 'ANOTHER'),
        offer('distro', offers.distro, 'two'),
        offer('out', offers.out, 'two'),
      )
      expect(await keyOf({ ...scene, ...beside, change })).toBe(await keyOf({ ...scene, ...beside }))
    },
  )

  it.each<[string, Change]>([
    ['a file', put('hello/hello.c', 'int two;')],
    ['a patch', put('hello/patches/a.patch', '+b')],
    ['a new file', put('hello/new', '')],
    ['a mode', workspace => chmod(join(workspace, 'hello/hello.c'), 0o755)],
    ['a name', workspace => rename(join(workspace, 'hello/hello.c'), join(workspace, 'hello/hullo.c'))],
    ['a link', workspace => symlink('hello.c', join(workspace, 'hello/link'))],
    ['a checksum in the index', offer('distro', offers.distro.replace('Q1musl=', 'Q1new='))],
  ])('changes with %s', async (_, change) => {
    expect(await keyOf({ ...whole, change })).not.toBe(await keyOf(whole))
    expect(await keyOf({ ...bare, change })).not.toBe(await keyOf(bare))
  })

  it.each<[string, FactsScene, FactsScene]>([
    ['compiled steps', whole, { compiled: { ...compiledHello, pipeline: [] } }],
    ['picks of the solver', whole, { picks: picks.split('\n')[0] ?? '' }],
    ['namespace', whole, { options: () => ({ namespace: 'wolfi' }) }],
    ['our repository', whole, beside],
    ['melange', whole, { request: { melange: { ...melangeTool(), sha256: '1'.repeat(64) } } }],
    ['stamps', whole, { setting: { stamps: { sourceDateEpoch: 1 } } }],
    ['arguments', whole, { options: () => ({ extraArgs: ['--strip-origin-name'] }) }],
    ['packages appended', bare, { options: () => ({ packages: ['extra'] }) }],
    ['a repository more', bare, { options: () => ({ repositories: ['out'] }) }],
    [
      'what the file says',
      bare,
      { change: put('hello/melange.yaml', 'package: {name: hello, version: "1", epoch: 0}') },
    ],
  ])('changes with %s', async (_, scene, change) => {
    expect(await keyOf({ ...scene, ...change })).not.toBe(await keyOf(scene))
  })

  it('does not change with what .melangeignore leaves out, but with .melangeignore', async () => {
    const rules = put('hello/.melangeignore', '*.o\n')
    const base = await keyOf({ ...whole, change: rules })
    expect(await keyOf({ ...whole, change: inOrder(rules, put('hello/deep/a.o', 'x')) })).toBe(base)
    expect(base).not.toBe(await keyOf(whole))
  })
})

it('asks each tool once what does not depend on the build', async () => {
  const { ports, again } = await readFacts(whole)
  await again({ place: '/elsewhere' })
  expect(ports.commands.map(({ args }) => args[0])).toEqual(['compile', 'show-packages'])
})
