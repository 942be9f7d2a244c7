import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { Failure, type FailureCode } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { Transient } from '../../../src/domain/transient.ts'
import type { BuildOptions } from '../../../src/melange/build-request.ts'
import { resolveGraph } from '../../../src/melange/resolve-graph.ts'
import { fakePorts, type Script } from '../../support/fake-ports.ts'
import { architecture, machineAt, melangeTool, temporaryFolder } from '../../support/melange-fixtures.ts'
import { recipeFiles, type RecipeText } from '../../support/recipe-files.ts'

/** An index as apk writes it: the signature's member, then the index. */
async function indexOf(packages: Readonly<Record<string, readonly string[]>>): Promise<Buffer> {
  const text = Object.entries(packages)
    .map(([name, provides]) => `C:Q1x=\nP:${name}\nV:1-r0\nD:other\np:${provides.join(' ')}\n`)
    .join('\n')
  const member = async (name: string, content: string): Promise<Buffer> => {
    const archive = pack()
    archive.entry({ name }, content)
    archive.finalize()
    return buffer(archive)
  }
  const signature = (await member('.SIGN.RSA256.key', 'signed')).subarray(0, 1024)
  return Buffer.concat([gzipSync(signature), gzipSync(await member('APKINDEX', text))])
}

interface Setting {
  readonly recipes: Readonly<Record<string, RecipeText>>
  /** By `<folder>/<apk architecture>`, below the workspace. */
  readonly indexes?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly archs?: readonly string[]
  readonly options?: Partial<BuildOptions>
  readonly script?: Script
}

async function resolve({ recipes, indexes = {}, archs = ['amd64'], options, script }: Setting) {
  const workspace = temporaryFolder()
  for (const [folder, packages] of Object.entries(indexes)) {
    await mkdir(join(workspace, folder), { recursive: true })
    await writeFile(join(workspace, folder, 'APKINDEX.tar.gz'), await indexOf(packages))
  }
  const ports = fakePorts(script)
  const debug: string[] = []
  const result = await resolveGraph(
    {
      files: await recipeFiles(recipes, workspace),
      architectures: archs.map(architecture),
      melange: melangeTool(),
      machine: machineAt(workspace),
      options: { pipelineDirs: [], repositories: [], ...options },
      repository: join(workspace, 'out/packages'),
      jobs: 2,
    },
    { ...ports, log: { ...ports.log, debug: line => void debug.push(line.replaceAll(workspace, '')) } },
  ).catch((error: unknown) => error)
  const failures = result instanceof Failures ? result.all : result instanceof Failure ? [result] : []
  return {
    ports,
    debug,
    failures: failures.map(({ code, message, hint }): [FailureCode, string, string | undefined] => [
      code,
      message,
      hint,
    ]),
    needs:
      typeof result === 'object' && result !== null && 'nodes' in result && Array.isArray(result.nodes)
        ? Object.fromEntries(result.nodes.map(({ id, needs }: { id: string; needs: unknown }) => [id, needs]))
        : result,
  }
}

const distro = { busybox: ['cmd:sh=1-r0', '/bin/sh'], 'build-base': [] }

describe('names', () => {
  it('that neither files nor repositories have are told on their line, with the nearest', async () => {
    const { failures } = await resolve({
      recipes: {
        appb: { needs: ['busibox', 'libaa>=1', 'zzzzzzzz'], repositories: ['distro'] },
        liba: { needs: ['cmd:sh'], repositories: ['distro'] },
      },
      indexes: { 'distro/x86_64': distro },
    })
    expect(failures).toEqual([
      [
        'PACKAGE_UNRESOLVED',
        'appb.yaml:10:9: "busibox" is a package that neither these files nor the repositories have',
        'Did you mean "busybox"?',
      ],
      [
        'PACKAGE_UNRESOLVED',
        'appb.yaml:11:9: "libaa>=1" is a package that neither these files nor the repositories have',
        'Did you mean "liba"?',
      ],
      [
        'PACKAGE_UNRESOLVED',
        'appb.yaml:12:9: "zzzzzzzz" is a package that neither these files nor the repositories have',
        'Check the name, and that a repository (environment.contents.repositories, "repository-append") has it.',
      ],
    ])
  })

  it('that one architecture lacks are told for it', async () => {
    const { failures } = await resolve({
      recipes: { app: { needs: ['build-base'] } },
      archs: ['amd64', 'arm64'],
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro, 'distro/aarch64': { busybox: [] } },
    })
    expect(failures.map(([, message]) => message)).toEqual([
      'app.yaml:10:9: "build-base" is a package that neither these files nor the repositories have for aarch64',
    ])
  })

  it('of a version that no file makes are told with what there is', async () => {
    const { failures } = await resolve({
      recipes: { app: { needs: ['liba>=2'] }, liba: {} },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro },
    })
    expect(failures).toEqual([
      [
        'PACKAGE_UNRESOLVED',
        'app.yaml:10:9: "liba>=2" is a package that the repositories do not have; of these files, liba.yaml makes 1.0.0-r0',
        'Ask for a version that there is, or add a repository that has it.',
      ],
    ])
  })

  it('of what is installed along are told where they are written', async () => {
    const { failures } = await resolve({
      recipes: {
        app: { needs: ['liba'] },
        liba: { runtime: ['libzz'] },
        other: { runtime: ['only-in-images'] },
      },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro },
    })
    expect(failures.map(([, message]) => message.split(' is ')[0])).toEqual(['liba.yaml:6:28: "libzz"'])
  })

  it('of tests are told, those of the file itself are there', async () => {
    const { failures } = await resolve({
      recipes: { app: { tests: ['app', 'chekc', '!none'] } },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': { check: [] } },
    })
    expect(failures.map(([, message]) => message.split(' is ')[0])).toEqual(['app.yaml:9:50: "chekc"'])
  })

  it('a virtual name that only building shows asks to be declared', async () => {
    const { failures } = await resolve({
      recipes: { app: { needs: ['so:libquux.so.7'] }, quux: {} },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro },
    })
    expect(failures[0]?.[2]).toMatch(/let it say so in "dependencies.provides"/)
  })

  it('may be in what an earlier run left in the output', async () => {
    const { failures } = await resolve({
      recipes: { app: { needs: ['earlier', 'cmd:sh', '/bin/sh'] } },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro, 'out/packages/x86_64': { earlier: [] } },
    })
    expect(failures).toEqual([])
  })

  it('are left to melange when there is no repository, or none that can be read', async () => {
    const away: Script = {
      http: async ({ url }) => ({ status: 404, headers: {}, url, body: Readable.from([]) }),
    }
    const needs = ['nobody-has-it']
    const without = await resolve({ recipes: { app: { needs } } })
    const unread = async (repository: string) => {
      const repositories = ['distro', repository]
      const indexes = { 'distro/x86_64': distro }
      return (await resolve({ recipes: { app: { needs, repositories } }, indexes, script: away })).failures
    }
    expect([without.failures, await unread('https://x.example/os'), await unread('@tag ./missing/')]).toEqual(
      [[], [], []],
    )
  })

  it('that depend on a condition are left to melange', async () => {
    const more = 'pipeline: [{if: "${{build.arch}} == \'aarch64\'", needs: {packages: [only-there]}}]'
    const { failures } = await resolve({
      recipes: { app: { more } },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro },
    })
    expect(failures).toEqual([])
  })
})

describe('repositories on the net', () => {
  const recipes = { app: { needs: ['busibox', 'build-base'], repositories: ['https://x.example/os/'] } }

  it('are read once for each architecture, through outages', async () => {
    const index = await indexOf(distro)
    let calls = 0
    const { failures, ports } = await resolve({
      recipes,
      script: {
        http: async ({ url }) => {
          calls += 1
          if (calls === 1) throw new Transient(new Failure('NETWORK_FAILED', 'no answer'))
          const busy = calls === 2
          return {
            status: busy ? 503 : 200,
            headers: {},
            url,
            body: Readable.from(busy ? [] : [index.subarray(0, 100), index.subarray(100)]),
          }
        },
      },
    })
    expect(failures.map(([, , hint]) => hint)).toEqual(['Did you mean "busybox"?'])
    expect(ports.requests.map(({ url }) => url)).toEqual(
      Array.from({ length: 3 }, () => 'https://x.example/os/x86_64/APKINDEX.tar.gz'),
    )
  })

  it.each([
    ['is refused', 403, Buffer.alloc(0), 'answers with status 403'],
    ['is no index', 200, gzipSync('hello'), ''],
    ['stays away', 500, Buffer.alloc(0), 'answers with status 500'],
  ])('say nothing when one %s', async (_title, status, bytes, said) => {
    const { failures, debug } = await resolve({
      recipes,
      script: { http: async ({ url }) => ({ status, headers: {}, url, body: Readable.from([bytes]) }) },
    })
    expect(failures).toEqual([])
    expect(debug.join()).toContain('cannot read the index https://x.example/os/x86_64/APKINDEX.tar.gz')
    expect(debug.join()).toContain(said)
  })

  it('end with a cancel', async () => {
    const { failures } = await resolve({
      recipes,
      script: { http: () => Promise.reject(new Failure('CANCELLED', 'the run was cancelled')) },
    })
    expect(failures.map(([code]) => code)).toEqual(['CANCELLED'])
  })
})

describe('what only melange can tell', () => {
  const compiled = (packages: readonly string[], more: object = {}) => ({
    stdout: JSON.stringify({
      package: { name: 'app', version: '1.0.0' },
      environment: { contents: { packages } },
      ...more,
    }),
  })

  it('is asked: packages that pipelines bring along', async () => {
    const uses = 'pipeline: [{uses: autoconf/configure}]'
    const { needs, ports } = await resolve({
      recipes: { app: { needs: ['busybox'], more: uses }, autoconf: {} },
      script: { processes: { melange: compiled(['busybox', 'autoconf']) } },
    })
    expect(needs).toEqual({ 'app.yaml': ['autoconf.yaml'], 'autoconf.yaml': [] })
    expect(ports.commands.map(({ args }) => args.slice(0, 3))).toEqual([
      ['compile', 'app.yaml', '--arch=x86_64'],
    ])
  })

  it('is asked: transformed variables, on the line where they are used', async () => {
    const more = 'var-transforms: [{from: "1.2", match: "\\\\..*", replace: "", to: major}]'
    const { needs, failures } = await resolve({
      recipes: { app: { needs: ['liba-${{vars.major}}', 'lost-${{vars.major}}'], more }, 'liba-1': {} },
      options: { repositories: ['distro'] },
      indexes: { 'distro/x86_64': distro },
      script: { processes: { melange: compiled(['liba-1', 'lost-1']) } },
    })
    expect(failures.map(([, message]) => message.split(' is ')[0])).toEqual(['app.yaml:11:9: "lost-1"'])
    expect(needs).toBeInstanceOf(Failure)
  })

  it('is asked for each architecture where it matters, with the variables file', async () => {
    const more = 'vars: {x: y}\npipeline: [{uses: own/step, with: {arch: "${{build.arch}}"}}]'
    const { ports, failures } = await resolve({
      recipes: { app: { more }, other: {} },
      archs: ['amd64', 'arm64'],
      options: { repositories: ['distro'], pipelineDirs: ['/pipes'], varsFile: '/vars.yaml' },
      indexes: { 'distro/x86_64': distro, 'distro/aarch64': distro },
      script: {
        processes: {
          melange: ({ args }) => compiled(args.includes('--arch=aarch64') ? ['only-arm'] : ['busybox']),
        },
      },
    })
    expect(ports.commands.map(({ args }) => args.slice(6))).toEqual(
      Array.from({ length: 2 }, () => ['--pipeline-dir', '/pipes', '--vars-file', '/vars.yaml']),
    )
    expect(failures).toEqual([])
  })

  it('is what the file declares when melange cannot compile it', async () => {
    const { needs, debug } = await resolve({
      recipes: { app: { needs: ['liba'], more: 'pipeline: [{uses: nosuch}]' }, liba: {} },
      script: { processes: { melange: { code: 1, stderr: '2026/11/24 09:00:23 ERRO no such pipeline\n' } } },
    })
    expect(needs).toEqual({ 'app.yaml': ['liba.yaml'], 'liba.yaml': [] })
    expect(debug).toEqual(['app.yaml: melange compile ended with code 1: no such pipeline'])
  })

  it('may close a cycle', async () => {
    const { failures } = await resolve({
      recipes: { app: { more: 'pipeline: [{uses: make}]' }, make: { needs: ['app'] } },
      script: { processes: { melange: compiled(['make']) } },
    })
    expect(failures.map(([code, message]) => [code, message.split(': ')[1]])).toEqual([
      ['CONFIG_INVALID', 'packages need each other to be built'],
    ])
  })
})
