import { Failure } from '../domain/failure.ts'
import type { Finished, Ports } from '../ports.ts'

export interface LoadRequest {
  /** Absolute path of a tar by {@link writeDockerTar}. */
  readonly tar: string
  /** Address of docker's daemon when it is not the usual one: `unix:///run/user/1000/docker.sock`. */
  readonly dockerHost?: string
}

/**
 * Loads a docker tar into docker, or into podman when there is no docker, and answers the names that the engine says it has
 * now. Fails with ENGINE_MISSING when neither is there or docker's daemon does not answer, DISK_FULL, or TOOL_FAILED.
 */
export async function loadImage(
  { tar, dockerHost }: LoadRequest,
  ports: Pick<Ports, 'log' | 'processes'>,
): Promise<readonly string[]> {
  const env = dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }
  const load = async (tool: string): Promise<Loading | undefined> => {
    const lines: string[] = []
    const track = ports.log.track(`${tool} load`)
    const onLine = (line: string): void => {
      lines.push(line)
      track.line(line)
    }
    return ports.processes
      .run({ tool, args: ['load', '-i', tar], env, onLine })
      .then(finished => ({ tool, finished, lines }), ifMissing)
      .finally(() => track.end())
  }
  const loading = (await load('docker')) ?? (await load('podman'))
  if (loading === undefined) throw noEngine()
  if (loading.finished.code !== 0) throw failureOf(loading)
  return loading.lines.flatMap(line => /^Loaded image(?:\(s\))?: (\S+)/.exec(line)?.[1] ?? [])
}

/** Asks docker, or podman when there is no docker, whether an image could be loaded. Fails with ENGINE_MISSING. */
export async function proveEngine({ processes }: Pick<Ports, 'processes'>): Promise<void> {
  const ask = (tool: string): Promise<Finished | undefined> =>
    processes.ask({ tool, args: ['version'], input: '' }).catch(ifMissing)
  const docker = await ask('docker')
  const finished = docker ?? (await ask('podman'))
  if (finished === undefined) throw noEngine()
  if (finished.code === 0) return
  const tool = docker === undefined ? 'podman' : 'docker'
  throw deadEngine(tool, finished.stderr.trim().split('\n').slice(-5).join('\n'))
}

function noEngine(): Failure {
  return new Failure('ENGINE_MISSING', 'there is neither docker nor podman to load the image into', {
    hint: 'Install one of them, or set the input "load" to false: with "output", a tar for docker load is left in that folder.',
  })
}

function deadEngine(tool: string, words: string): Failure {
  const who = tool === 'docker' ? "docker's daemon" : tool
  return new Failure('ENGINE_MISSING', `${who} does not answer: ${words}`, {
    hint: 'Start it, check DOCKER_HOST and your rights on its socket, or set the input "load" to false.',
  })
}

interface Loading {
  readonly tool: string
  readonly finished: Finished
  readonly lines: readonly string[]
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Failure && error.code === 'TOOL_MISSING') return undefined
  throw error
}

function failureOf({ tool, finished, lines }: Loading): Failure {
  const text = lines.join('\n')
  const last = lines.slice(-5).join('\n') || `exit code ${finished.code}`
  if (text.includes('no space left on device')) {
    return new Failure('DISK_FULL', `${tool} has no space left for the image:\n${last}`, {
      hint: `Free some with ${tool} system prune.`,
    })
  }
  if (/cannot connect to the docker daemon|error during connect|permission denied.*docker/i.test(text)) {
    return deadEngine('docker', last)
  }
  return new Failure('TOOL_FAILED', `${tool} could not load the image:\n${last}`, {
    hint: 'Its lines are in the log above.',
  })
}
