import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { kitDistribution, type KitDistribution } from '../../../scripts/kit/kit-distribution.ts'
import { prepareMachine } from '../../../scripts/kit/kit-machine.ts'
import { run as runProgram } from '../../../scripts/kit/kit-run.ts'
import { kitTools } from '../../../scripts/kit/kit-tools.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import type { BuildRequest } from '../../../src/melange/build-request.ts'
import { openContentFacts } from '../../../src/melange/content-facts.ts'
import { readMelangeFile } from '../../../src/melange/melange-file.ts'
import { openFolderStore } from '../../../src/melange/package-store.ts'
import { adoptPackages } from '../../../src/melange/repository-index.ts'
import { openSigningKey } from '../../../src/melange/signing-key.ts'
import { takeOrBuild } from '../../../src/melange/take-or-build.ts'
import type { Processes } from '../../../src/ports.ts'
import { openChildren } from '../../../src/platform/children.ts'
import { openProcesses } from '../../../src/platform/processes.ts'
import { parseFlags } from '../../../src/tools/tool-help.ts'
import { fakePorts, type FakePorts } from '../fake-ports.ts'
import { architecture, machineAt } from '../melange-fixtures.ts'

/** Two packages of which the second needs the first, built by the real tools, run after run. */
export interface PackageRuns extends AsyncDisposable {
  readonly workspace: string
  readonly store: string
  readonly distribution: KitDistribution
  readonly apko: Tool
  readonly melange: Tool
  readonly processes: Processes
  /** A run in folders and with a throw-away key of its own: for each package whether it was taken. */
  run(): Promise<PackageRun>
}

export interface PackageRun {
  readonly taken: Readonly<Record<string, boolean>>
  readonly repository: string
  readonly key: SigningKey
  /** By package name. */
  readonly apks: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

const order = ['liba', 'appb']

export async function openPackageRuns(melangeVersion: string): Promise<PackageRuns> {
  const log = (line: string): void => console.error(line)
  for (const problem of await prepareMachine(log)) log(`note: ${problem}`)
  const [{ tools }, distribution] = [await kitTools(log), await kitDistribution(log)]
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'package-runs-')))
  const [workspace, store] = [join(folder, 'workspace'), join(folder, 'store')]
  const toolOf = async (name: Tool['name'], version: string): Promise<Tool> => {
    const kit = tools.find(each => each.tool === name && each.version === version)
    if (kit === undefined) throw new Error(`the kit has no ${name} ${version}`)
    const help = await runProgram(kit.binary, ['build', '--help'])
    const flags = new Set(parseFlags(help.toString()))
    return { name, version, path: kit.binary, sha256: kit.sha256, source: 'path', flags }
  }
  const [melange, apko] = [await toolOf('melange', melangeVersion), await toolOf('apko', '1.2.31')]
  const processes = openProcesses({ env: process.env, children: openChildren() })
  await layOut(workspace, distribution)
  return {
    workspace,
    store,
    distribution,
    apko,
    melange,
    processes,
    async run() {
      const ports = {
        ...fakePorts(),
        processes: openProcesses({ env: process.env, children: openChildren() }),
      }
      const place = await mkdtemp(join(folder, 'run-'))
      const files = await Promise.all(
        order.map(name => readMelangeFile(join(workspace, name, 'melange.yaml'), `${name}/melange.yaml`)),
      )
      const key = await openSigningKey({ name: 'melange.rsa', folder: join(place, 'key') }, melange, ports)
      const request = requestFor({ workspace, place, files, key, melange, distribution })
      return runAll(request, { store, apko }, ports)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function runAll(
  request: BuildRequest,
  { store: folder, apko }: { store: string; apko: Tool },
  ports: FakePorts,
): Promise<PackageRun> {
  const { repository, key, scratch, melange } = request
  const cache = {
    blank: false,
    facts: openContentFacts({ request, apko, stamps: { sourceDateEpoch: 0 } }, ports),
    store: openFolderStore({ folder, most: 1e9 }, ports),
  }
  await mkdir(repository, { recursive: true })
  await mkdir(scratch, { recursive: true })
  await copyFile(key.publicKey, join(repository, 'melange.rsa.pub'))
  const [taken, apks]: [Record<string, boolean>, Record<string, string>] = [{}, {}]
  for (const [index, file] of request.files.entries()) {
    const place = join(scratch, String(index))
    const job = { request, file, architecture: architecture('amd64'), place, hasRepository: index > 0 }
    const made = await takeOrBuild(job, cache, ports)
    const target = join(repository, 'x86_64')
    await adoptPackages({ melange, key, folder: target, fresh: made.apks, scratch: place }, ports)
    taken[file.name] = made.taken
    apks[file.name] = join(target, `${file.name}-1.0.0-r0.apk`)
  }
  const warnings = ports.lines.filter(line => line.startsWith('warning:'))
  return { taken, repository, key, apks, warnings }
}

interface Parts extends Pick<BuildRequest, 'files' | 'key' | 'melange'> {
  readonly workspace: string
  readonly place: string
  readonly distribution: KitDistribution
}

function requestFor({ workspace, place, files, key, melange, distribution }: Parts): BuildRequest {
  return {
    files,
    graph: { nodes: [] },
    architectures: [architecture('amd64')],
    melange,
    key,
    sandbox: async () => 'bubblewrap' as const,
    repository: join(place, 'packages'),
    scratch: join(place, 'scratch'),
    machine: machineAt(workspace),
    options: {
      pipelineDirs: [],
      keyring: [distribution.publicKey],
      repositories: [distribution.folder],
      packages: [],
      extraArgs: [],
      exclude: [],
      apkCacheDir: join(workspace, '../downloads'),
    },
    jobs: 1,
    sourceDateEpoch: 0,
  }
}

async function layOut(workspace: string, distribution: KitDistribution): Promise<void> {
  const contents = { repositories: [distribution.folder], keyring: [distribution.publicKey] }
  const needs = { liba: [], appb: ['liba'] }
  for (const [name, packages] of Object.entries(needs)) {
    const file = join(workspace, name, 'melange.yaml')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(
      file,
      recipe(name, { ...contents, packages: ['alpine-baselayout-data', 'busybox', ...packages] }),
    )
    await writeFile(join(workspace, name, 'text'), `text of ${name}\n`)
  }
}

function recipe(name: string, contents: object): string {
  return `package:
  name: ${name}
  version: 1.0.0
  epoch: 0
  description: ${name} of a test
  copyright:
    - license: MIT
environment:
  contents: ${JSON.stringify(contents)}
pipeline:
  - runs: |
      mkdir -p \${{targets.destdir}}/usr/share/${name}
      cp text \${{targets.destdir}}/usr/share/${name}/
      test ! -e /usr/share/liba || cp -r /usr/share/liba \${{targets.destdir}}/usr/share/${name}/
`
}
