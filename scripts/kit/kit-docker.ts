import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { KitFailure } from './kit-failure.ts'
import type { Log } from './kit-progress.ts'
import { findProgram, run } from './kit-run.ts'

export interface KitDocker {
  /** For DOCKER_HOST. */
  readonly host: string
  /** Ends the daemon and all its containers, if it is ours. May be called twice. */
  stop(): Promise<void>
}

const patience = 60_000

/** Whether a Docker daemon answers at the address; at that of DOCKER_HOST, or the usual socket, without one. */
export async function dockerAnswers(host?: string): Promise<boolean> {
  const asked = run('docker', ['version', '--format', '{{.Server.Version}}'], {
    ...(host && { env: { DOCKER_HOST: host } }),
  })
  return await Promise.race([asked.then(Boolean, () => false), sleep(5000, false, { ref: false })])
}

/**
 * The machine's Docker daemon where one answers, else one of our own: its data, socket, log and pid file are in `folder`, it has no
 * network and leaves the machine's firewall alone. Needs root then. One that a crashed run left in `folder` is used on.
 */
export async function startDocker(folder: string, log: Log): Promise<KitDocker> {
  const usual = process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock'
  if (await dockerAnswers(usual)) return { host: usual, stop: async () => {} }
  const host = `unix://${socketOf(folder)}`
  const docker = { host, stop: () => stopDocker(folder) }
  if (await dockerAnswers(host)) return docker
  await stopDocker(folder)
  await launch(folder, host)
  for (const begun = Date.now(); Date.now() - begun < patience; await sleep(100)) {
    if (await dockerAnswers(host)) {
      log(`a Docker daemon of our own answers at ${host}`)
      return docker
    }
    if ((await findDaemon(folder)) === undefined) break
  }
  await stopDocker(folder)
  const last = (await readFile(join(folder, 'log'), 'utf8')).trimEnd().split('\n').slice(-10)
  throw new KitFailure(['dockerd does not come up. Its last lines:', ...last].join('\n  '))
}

/** Ends the daemon that `startDocker` left in the folder, also that of another, crashed process. Nothing when there is none. */
export async function stopDocker(folder: string): Promise<void> {
  await end(await findDaemon(folder))
  // Only left when the daemon was killed: containerd is its child.
  await end(await findProcess(join(folder, 'exec/containerd/containerd.pid'), 'containerd'))
  await rm(socketOf(folder), { force: true })
}

async function launch(folder: string, host: string): Promise<void> {
  const dockerd = findProgram('dockerd')
  if (!dockerd) throw new KitFailure('dockerd is missing: install docker.io.')
  await mkdir(folder, { recursive: true })
  const output = await open(join(folder, 'log'), 'w')
  const places = ['--data-root', dataOf(folder), '--exec-root', join(resolve(folder), 'exec')]
  const flags = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--host', host]
  const child = spawn(dockerd, [...flags, ...places, '--pidfile', join(resolve(folder), 'pid')], {
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  })
  const started = new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  await started.finally(() => output.close())
  child.unref()
}
