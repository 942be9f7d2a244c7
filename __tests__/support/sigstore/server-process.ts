import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerCommand {
  readonly program: string
  readonly args: readonly string[]
  /** Address that answers with success as soon as the server is ready. */
  readonly probe: string
  /** File that gets what the server prints. */
  readonly output: string
}

export interface ServerProcess {
  stop(): Promise<void>
}

const patience = 30_000
const grace = 5_000

/** Starts a server and waits until it is ready; throws, with its last lines, when it ends instead or takes more than 30 s. */
export async function startServer({ program, args, probe, output }: ServerCommand): Promise<ServerProcess> {
  const file = await open(output, 'w')
  const child = spawn(program, args, { stdio: ['ignore', file.fd, file.fd] })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = new Promise<string>(resolve => {
    child.once('error', failed => resolve(`cannot be run: ${failed.message}`))
    child.once('exit', (code, signal) => resolve(`ended with ${code ?? signal}`))
  }).finally(() => process.off('exit', kill))
  await file.close()
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const late = sleep(grace, undefined, { ref: false }).then(kill)
    await Promise.race([ended, late])
    await ended
  }
  const failure = await Promise.race([untilReady(probe), ended])
  if (failure === undefined) return { stop }
  await stop()
  const last = (await readFile(output, 'utf8')).trimEnd().split('\n').slice(-15)
  throw new Error([`${basename(program)} ${failure}:`, ...last].join('\n  '))
}

async function untilReady(probe: string): Promise<string | undefined> {
  for (const begun = Date.now(); Date.now() - begun < patience; await sleep(20, undefined, { ref: false })) {
    const ready = await fetch(probe).then(
      answer => answer.ok,
      () => false,
    )
    if (ready) return undefined
  }
  return `is not ready after ${patience / 1000} s`
}

/** So many ports of the loopback that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

/** Whether something listens on this port of any of the machine's addresses. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer().listen(port)
  return await once(server, 'listening').then(
    async () => {
      await once(server.close(), 'close')
      return false
    },
    () => true,
  )
}
