import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kitDistribution } from '../../../scripts/kit/kit-distribution.ts'
import { prepareMachine } from '../../../scripts/kit/kit-machine.ts'
import { run } from '../../../scripts/kit/kit-run.ts'
import { kitTools, type KitTool } from '../../../scripts/kit/kit-tools.ts'
import { readApkoFile } from '../../../src/apko/apko-file.ts'
import { buildImages } from '../../../src/apko/build-images.ts'
import { architectures } from '../../../src/domain/architecture.ts'
import type { BuiltImage } from '../../../src/domain/image.ts'
import { askTool } from '../../../src/tools/asked-tool.ts'
import { realPorts } from './real-ports.ts'

const recipe = `package:
  name: hello
  version: 1.0.0
  epoch: 0
  description: says hello
  copyright:
    - license: MIT
  dependencies:
    runtime: [python3, libssl3]
environment:
  contents:
    packages: [busybox, alpine-baselayout-data]
pipeline:
  - runs: |
      mkdir -p "\${{targets.destdir}}/usr/share/hello"
      echo hello > "\${{targets.destdir}}/usr/share/hello/text"
      texts="\${{targets.destdir}}/usr/lib/python3/dist-packages/hello_texts-1.0.0.dist-info"
      mkdir -p "$texts"
      printf 'Metadata-Version: 2.1\\nName: hello-texts\\nVersion: 1.0.0\\n' > "$texts/METADATA"
`

export interface BuiltImageOptions {
  /** Absolute path of a folder that is ours. */
  readonly folder: string
  /** melange's `--namespace`. */
  readonly namespace?: string
}

/** An image for both architectures, made by the real melange and apko from the kit's distribution: python, OpenSSL and a package of its own. */
export async function buildRealImage({ folder, namespace }: BuiltImageOptions): Promise<BuiltImage> {
  const log = (line: string): void => console.error(line)
  for (const problem of await prepareMachine(log)) log(`note: ${problem}`)
  const { tools } = await kitTools(log)
  const distribution = await kitDistribution(log)
  const pick = (tool: KitTool['tool'], version: string): KitTool => {
    const found = tools.find(each => each.tool === tool && each.version === version)
    if (found === undefined) throw new Error(`the kit has no ${tool} ${version}`)
    return found
  }
  const melange = pick('melange', '0.56.5').binary
  const [source, packages, workspace] = ['source', 'packages', 'workspace'].map(name =>
    join(folder, name),
  ) as [string, string, string]
  for (const each of [source, packages, workspace]) await mkdir(each, { recursive: true })
  await writeFile(join(folder, 'hello.yaml'), recipe)
  const key = join(folder, 'own.rsa')
  await run(melange, ['keygen', key])
  for (const arch of ['x86_64', 'aarch64']) {
    const how = ['--runner', 'bubblewrap', '--arch', arch, '--signing-key', key]
    const from = ['--source-dir', source, '-r', distribution.folder, '-k', distribution.publicKey]
    const named = namespace === undefined ? [] : ['--namespace', namespace]
    await run(melange, [
      'build',
      join(folder, 'hello.yaml'),
      '--out-dir',
      packages,
      ...how,
      ...from,
      ...named,
    ])
  }
  const apkoFile = 'contents:\n  packages: [alpine-baselayout-data, busybox, hello]\ncmd: /bin/sh\n'
  await writeFile(join(workspace, 'apko.yaml'), apkoFile)
  const { binary, version, sha256 } = pick('apko', '1.2.31')
  const ports = realPorts({ toolCache: folder })
  const architecture = architectures.find(({ name }) => name === 'amd64')
  if (architecture === undefined) throw new Error('there is no amd64')
  const machine = {
    os: 'linux',
    architecture,
    workspace,
    temp: folder,
    dockerHost: '',
    dockerConfig: '',
  } as const
  const { flags } = await askTool('apko', binary, { machine, processes: ports.processes })
  const [outcome] = await buildImages(
    {
      images: [
        {
          file: await readApkoFile(join(workspace, 'apko.yaml'), 'apko.yaml', workspace),
          architectures: architectures.filter(({ apk }) => ['x86_64', 'aarch64'].includes(apk)),
          reference: 'hello:1.0.0',
        },
      ],
      apko: { name: 'apko', version, path: binary, sha256, source: 'path', flags: new Set(flags) },
      workspace,
      scratch: join(folder, 'scratch'),
      output: join(folder, 'output'),
      options: {
        keyring: [distribution.publicKey, `${key}.pub`],
        repositories: [],
        buildRepositories: [distribution.folder, packages],
        packages: [],
        vcs: false,
        extraArgs: ['-r', distribution.folder],
      },
      sourceDateEpoch: 1_735_689_600,
    },
    ports,
  )
  if (outcome === undefined || !('value' in outcome))
    throw new Error(JSON.stringify(outcome), { cause: outcome })
  return outcome.value
}
