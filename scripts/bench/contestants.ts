import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exampleWorkspace } from '../kit/example-workspace.ts'
import { localInputs } from '../kit/local-inputs.ts'
import type { BenchPlace } from './bench-place.ts'
import { watchRun, type WatchedRun } from './watched-run.ts'

export interface Task {
  /** `amd64`, `arm64` */
  readonly architectures: readonly string[]
  /** To the registry instead of to a tar. */
  readonly push: boolean
}

const script = fileURLToPath(new URL('seed.sh', import.meta.url))
const tag = '1.0.0'
let runs = 0

/** The tutorial's steps as a shell script, once, on a fresh copy of the example. */
export function runScript({ architectures, push }: Task, place: BenchPlace): Promise<WatchedRun> {
  const { tools, distribution, registry } = place
  const paths = tools.map(({ tool, binary }) => [tool.toUpperCase(), binary] as const)
  return inFreshPlace('script', place, async ({ folder, workspace, env }) => {
    const run = await watchRun({
      tool: 'sh',
      args: [script, architectures.join(' '), ...(push ? [`${registry}/script-${runs}:${tag}`] : [])],
      cwd: workspace,
      env: {
        ...env,
        ...Object.fromEntries(paths),
        DISTRIBUTION: distribution.folder,
        DISTRIBUTION_KEY: distribution.publicKey,
      },
      log: join(folder, 'log'),
    })
    if (!push) await access(join(workspace, 'giropops-senhas.tar'))
    return run
  })
}

/** dist/cli.js, once, on a fresh copy of the example. */
export function runAction({ architectures, push }: Task, place: BenchPlace): Promise<WatchedRun> {
  const { tools, distribution, releases, registry, dist } = place
  return inFreshPlace('action', place, async ({ folder, workspace, env }) => {
    const output = join(folder, 'output')
    const inputs = {
      ...localInputs({ tools, mirror: releases, distribution }),
      platforms: architectures.join(','),
      image: push ? `${registry}/action-${runs}` : 'giropos-melange-apko',
      tags: tag,
      push: String(push),
      // As by hand: the tutorial signs nothing.
      sign: 'false',
      // A named folder asks for the docker tar as well, which a push has no use for.
      ...(push ? {} : { output }),
    }
    const flags = Object.entries(inputs).map(([name, text]) => `--${name}=${text}`)
    const args = [join(dist, 'cli.js'), ...flags]
    const run = await watchRun({
      tool: process.execPath,
      args,
      cwd: workspace,
      env,
      log: join(folder, 'log'),
    })
    await access(join(push ? join(workspace, 'giropops-output') : output, 'giropops.json'))
    return run
  })
}

interface FreshPlace {
  readonly folder: string
  readonly workspace: string
  readonly env: NodeJS.ProcessEnv
}

/** Each contestant keeps a cache folder of its own from run to run; all else is new each time. */
async function inFreshPlace(
  contestant: 'script' | 'action',
  { folder: root, wheels }: BenchPlace,
  work: (place: FreshPlace) => Promise<WatchedRun>,
): Promise<WatchedRun> {
  runs += 1
  const folder = join(root, `${contestant}-${runs}`)
  const workspace = await exampleWorkspace(join(folder, 'senhas'), wheels)
  const temp = join(folder, 'temp')
  await mkdir(temp)
  const cache = join(root, `cache-${contestant}`)
  const env = { ...process.env, TMPDIR: temp, XDG_CACHE_HOME: cache }
  // Downloads may be there; packages are built each time.
  await rm(join(cache, 'giropops-build/cache/packages'), { recursive: true, force: true })
  try {
    return await work({ folder, workspace, env })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
