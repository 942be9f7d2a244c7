import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Tool } from '../../src/domain/tool.ts'
import type { BuildJob, BuildOptions, BuildRequest } from '../../src/melange/build-request.ts'
import { openContentFacts, type FactsSetting } from '../../src/melange/content-facts.ts'
import { contentKey, type ContentFacts } from '../../src/melange/content-key.ts'
import { readMelangeFile } from '../../src/melange/melange-file.ts'
import type { HttpRequest, HttpResponse } from '../../src/ports.ts'
import { fakePorts, type FakePorts } from './fake-ports.ts'
import { architecture, fixture, machineAt, melangeTool, temporaryFolder } from './melange-fixtures.ts'

/** A workspace with the file `hello`, and tools whose answers are scripted. `DISTRO` and `OWN` stand for the repositories' folders. */
export interface FactsScene {
  /** What `melange compile` answers; it fails without. */
  readonly compiled?: unknown
  /** What `apko show-packages` prints; it fails without. */
  readonly picks?: string
  readonly withApko?: boolean
  /** Where the distribution is; a folder of the workspace without. */
  readonly distro?: string
  readonly options?: (workspace: string) => Partial<BuildOptions>
  readonly request?: Partial<BuildRequest>
  readonly setting?: Partial<FactsSetting>
  readonly job?: Partial<BuildJob>
  readonly http?: (request: HttpRequest) => Promise<HttpResponse>
  /** Acts on the workspace before facts are read. */
  readonly change?: Change
}

export type Change = (workspace: string) => Promise<unknown>

/** What the distribution's index, and ours, offer. */
export const offers = {
  distro: 'C:Q1busybox=\nP:busybox\nV:1.35.0-r4\nA:x86_64\n\nC:Q1musl=\nP:musl\nV:1.2.5-r0\n\n',
  out: 'C:Q1liba=\nP:liba\nV:1.0.0-r0\n\nC:Q1other=\nP:other\nV:1.0.0-r0\n\n',
}

export const compiledHello = {
  package: { name: 'hello' },
  environment: { contents: { packages: ['busybox'], repositories: ['distro'], keyring: ['distro.pub'] } },
  pipeline: [{ runs: 'make' }],
}

export const picks = ['busybox 1.35.0-r4', 'musl 1.2.5-r0']
  .map(pick => `${pick} DISTRO/x86_64/some.apk\n`)
  .join('')

/** Both tools tell what they are asked. */
export const whole: FactsScene = { compiled: compiledHello, picks }
/** Neither melange can compile, nor is apko there. */
export const bare: FactsScene = { withApko: false }

export interface ReadScene {
  readonly facts: ContentFacts | undefined
  readonly ports: FakePorts
  readonly workspace: string
  /** Reads the facts of a job that differs in that, in the same run. */
  readonly again: (more: Partial<BuildJob>) => Promise<ContentFacts | undefined>
}

export async function readFacts(scene: FactsScene): Promise<ReadScene> {
  const workspace = temporaryFolder()
  const { distro = join(workspace, 'distro'), compiled } = scene
  await layOut(workspace, distro)
  await scene.change?.(workspace)
  const file = await readMelangeFile(join(workspace, 'hello/melange.yaml'), 'hello/melange.yaml')
  const printed = scene.picks?.replaceAll('DISTRO', distro).replaceAll('OWN', join(workspace, 'out'))
  const ports = fakePorts({
    ...(scene.http === undefined ? {} : { http: scene.http }),
    processes: {
      melange: compiled === undefined ? { code: 1 } : { stdout: JSON.stringify(compiled) },
      apko: printed === undefined ? { code: 1 } : { stdout: printed },
    },
  })
  const lists = { pipelineDirs: [], keyring: [], repositories: [], packages: [], extraArgs: [], exclude: [] }
  const request: BuildRequest = {
    files: [file],
    graph: { nodes: [] },
    architectures: [architecture('amd64')],
    melange: melangeTool(),
    key: {
      privateKey: join(workspace, 'keys/own.rsa'),
      publicKey: join(workspace, 'keys/own.rsa.pub'),
      throwAway: true,
    },
    sandbox: async () => 'bubblewrap' as const,
    repository: join(workspace, 'out'),
    scratch: join(workspace, 'scratch'),
    machine: machineAt(workspace),
    options: { ...lists, ...scene.options?.(workspace) },
    jobs: 1,
    ...scene.request,
  }
  const apko: Tool = { ...melangeTool(), name: 'apko', path: '/tools/apko' }
  const setting = { request, apko: scene.withApko === false ? undefined : apko, stamps: {}, ...scene.setting }
  const place = join(workspace, 'scratch/0')
  const job = {
    request,
    file,
    architecture: architecture('amd64'),
    place,
    hasRepository: false,
    ...scene.job,
  }
  const read = openContentFacts(setting, ports)
  return { facts: await read(job), ports, workspace, again: more => read({ ...job, ...more }) }
}

export async function keyOf(scene: FactsScene): Promise<string> {
  const { facts } = await readFacts(scene)
  if (facts === undefined) throw new Error('there are no facts')
  return contentKey(facts)
}

/** Writes a file of the workspace. */
export function put(path: string, text: string | Buffer): Change {
  return async workspace => {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), text)
  }
}

/** Gives a repository of the workspace another index. */
export function offer(repository: keyof typeof offers, text: string, signature?: string): Change {
  return async workspace =>
    put(`${repository}/x86_64/APKINDEX.tar.gz`, await indexOf(text, signature))(workspace)
}

export function inOrder(...changes: readonly Change[]): Change {
  return async workspace => {
    for (const change of changes) await change(workspace)
  }
}

/** An index as melange writes it: two gzip members, the signature's first. */
export async function indexOf(text: string, signature = 'one'): Promise<Buffer> {
  const signed = await tarOf('.SIGN.RSA256.some.pub', signature)
  return Buffer.concat([gzipSync(signed.subarray(0, -1024)), gzipSync(await tarOf('APKINDEX', text))])
}

async function tarOf(name: string, body: string): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name, mtime: new Date(0) }, body)
  archive.finalize()
  return buffer(archive)
}

async function layOut(workspace: string, distro: string): Promise<void> {
  await inOrder(
    offer('distro', offers.distro),
    offer('out', offers.out),
    put('keys/own.rsa.pub', 'PUBLIC'),
    put('hello/hello.c', 'int one;'),
    put('hello/patches/a.patch', '+a'),
    put('pipelines/make.yaml', 'pipeline: []'),
    put('vars.yaml', 'a: b'),
    put('build.env', 'A=b'),
  )(workspace)
  // A file that melange can't compile is read by its bytes, in which the place of the repository is written.
  const text = await readFile(fixture('files/hello.yaml'), 'utf8')
  const named = distro.startsWith(workspace) ? 'distro' : distro
  await put('hello/melange.yaml', text.replace('/srv/distro', named))(workspace)
}
