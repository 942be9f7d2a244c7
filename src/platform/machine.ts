import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { architectureOfNode } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'

/** The machine that we run on; `temp` is the folder for this run. Fails with INPUT_INVALID on a system that the tools have no release for. */
export function thisMachine(temp: string, workspace: string): Machine {
  const architecture = architectureOfNode(process.arch)
  const os = process.platform
  if (architecture === undefined || (os !== 'linux' && os !== 'darwin')) {
    throw new Failure('INPUT_INVALID', `apko and melange have no release for ${os} on ${process.arch}`, {
      hint: 'Run on Linux or macOS, for example `runs-on: ubuntu-latest`.',
    })
  }
  return {
    os,
    architecture,
    temp,
    workspace,
    dockerConfig: process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
    dockerHost: process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock',
  }
}

/** Where folders of a run are made: the runner's temp, else the system's. */
export function tempRoot(): string {
  return process.env['RUNNER_TEMP'] ?? tmpdir()
}

/** Below the runner's temp, which is the same path in every job and wiped with it; on a laptop in the user's cache folder. */
export function cacheFolder(): string {
  const temp = process.env['RUNNER_TEMP']
  return temp === undefined ? join(userCache(), 'giropops-build', 'cache') : join(temp, 'giropops-cache')
}

/** The runner's tool cache, else one of our own in the user's cache folder. */
export function toolCacheFolder(): string {
  return process.env['RUNNER_TOOL_CACHE'] ?? join(userCache(), 'giropops-build', 'tools')
}

/** As the XDG Base Directory Specification has it: a path that is empty or not absolute is ignored. */
function userCache(): string {
  const named = process.env['XDG_CACHE_HOME']
  return named !== undefined && isAbsolute(named) ? named : join(homedir(), '.cache')
}
