import { access, constants } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import { Transient } from '../domain/transient.ts'
import type { Ports } from '../ports.ts'
import { openEngine, socketOf } from './container-engine.ts'
import type { SandboxFinding } from './sandbox-choice.ts'

/** Looks whether a container engine answers at the machine's address. */
export async function probeDocker(
  { dockerHost }: Pick<Machine, 'dockerHost'>,
  { http }: Pick<Ports, 'http'>,
): Promise<SandboxFinding> {
  const engine = openEngine(dockerHost, http)
  if (engine === undefined) {
    return bad(`the address ${dockerHost} is of a kind we cannot speak to; unix:// and tcp:// are accepted`)
  }
  const closed = await lookAtSocket(socketOf(dockerHost))
  if (closed !== undefined) return closed
  try {
    const answer = await engine.send('GET', '/_ping')
    answer.body.resume()
    if (answer.status === 200)
      return { sandbox: 'docker', works: true, why: `docker answers at ${dockerHost}` }
    return bad(`what answers at ${dockerHost} is no container engine (status ${answer.status})`)
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    return bad(
      `nothing answers at ${dockerHost} (${reason})`,
      'Start the engine: `sudo systemctl start docker`.',
    )
  }
}

/** Missing and forbidden told apart before anything is sent. */
async function lookAtSocket(socket: string | undefined): Promise<SandboxFinding | undefined> {
  if (socket === undefined) return undefined
  const code = await access(socket, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  )
  if (code === undefined) return undefined
  if (code === 'EACCES') {
    const hint =
      'Add the user to the group that owns the socket: `sudo usermod -aG docker "$USER"`, then log in again.'
    return bad(`no permission to use the socket ${socket}`, hint)
  }
  return bad(`there is no socket ${socket}`, 'Install and start docker, or name its socket in DOCKER_HOST.')
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof Transient) return error.failure.message
  return error instanceof Failure && error.code === 'NETWORK_FAILED' ? error.message : undefined
}

function bad(why: string, hint?: string): SandboxFinding {
  return { sandbox: 'docker', works: false, why, ...(hint !== undefined && { hint }) }
}
