import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endProcess, processOf } from './kit-daemon.ts'
import { KitFailure } from './kit-failure.ts'
import type { Log } from './kit-progress.ts'
import { findProgram, run } from './kit-run.ts'

export interface KitDocker {
  /** For DOCKER_HOST. */
  readonly host: string
  /** Ends the daemon and its containers, if it is ours. May be called twice. */
  stop(): Promise<void>
}

const patience = 60_000

/** Whether a Docker daemon answers at the address; at that of DOCKER_HOST, or the usual socket, without one. */
export async function dockerAnswers(host?: string): Promise<boolean> {
  const asked = run('docker', ['version', '--format', '{{.Server.Version}}'], {
    ...(host && { env: { DOCKER_HOST: host } }),
  })
  const answered = asked.then(Boolean, () => false)
  return await Promise.race([answered, sleep(5000, false, { ref: false })])
}

/**
 * The machine's Docker daemon where one answers, else one of our own, which needs root: its data and log are in `folder`, its
 * socket in `/run`; it has no network and leaves the machine's firewall alone. One that a crashed run left for the same folder
 * is used on, so two at once take two folders. A KitFailure with the daemon's last lines when it does not come up.
 */
export async function startDocker(folder: string, log: Log): Promise<KitDocker> {
  const usual = process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock'
  if (await dockerAnswers(usual)) return { host: usual, stop: async () => {} }
  const host = `unix://${join(runFolder(folder), 'docker.sock')}`
  const docker = { host, stop: () => stopDocker(folder) }
  if (await dockerAnswers(host)) return docker
  await stopDocker(folder)
  const child = await launch(folder, host)
  const begun = Date.now()
  while (child.exitCode === null && child.signalCode === null && Date.now() - begun < patience) {
    if (await dockerAnswers(host)) {
      log(`a Docker daemon of our own answers at ${host}`)
      return docker
    }
    await sleep(100)
  }
  await stopDocker(folder)
  const last = (await readFile(join(folder, 'log'), 'utf8')).trimEnd().split('\n').slice(-10)
  throw new KitFailure(['dockerd does not come up. Its last lines:', ...last].join('\n  '))
}

/** Ends the daemon that `startDocker` started for the folder, also when that was another process. Nothing when there is none. */
export async function stopDocker(folder: string): Promise<void> {
  const place = runFolder(folder)
  await endProcess(await processOf(join(place, 'daemon.pid'), 'dockerd', place))
  // Only left when the daemon was killed: containerd is its child, and its data is mounted over itself.
  await endProcess(await processOf(join(place, 'exec/containerd/containerd.pid'), 'containerd', place))
  await run('umount', ['--recursive', '--quiet', join(resolve(folder), 'data')]).catch(() => {})
  await rm(place, { recursive: true, force: true })
}

/** A short path, since that of a socket must not be longer than 107 bytes. */
function runFolder(folder: string): string {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12)
  return `/run/giropops-kit-${name}`
}

async function launch(folder: string, host: string): Promise<ChildProcess> {
  const dockerd = findProgram('dockerd')
  if (!dockerd) throw new KitFailure('dockerd is missing: install docker.io.')
  if (process.getuid?.() !== 0) throw new KitFailure('No Docker daemon answers, and starting one needs root.')
  const place = runFolder(folder)
  await mkdir(folder, { recursive: true })
  await mkdir(place, { recursive: true })
  const output = await open(join(folder, 'log'), 'w')
  const flags = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--shutdown-timeout=5']
  const places = ['--data-root', join(resolve(folder), 'data'), '--exec-root', join(place, 'exec')]
  const child = spawn(
    dockerd,
    [...flags, ...places, '--pidfile', join(place, 'docker.pid'), '--host', host],
    {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    },
  )
  const started = new Promise((resolved, reject) => child.once('spawn', resolved).once('error', reject))
  try {
    await started
  } finally {
    await output.close()
  }
  await writeFile(join(place, 'daemon.pid'), `${child.pid}\n`)
  child.unref()
  return child
}
