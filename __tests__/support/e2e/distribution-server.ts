import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's package docker-registry: the distribution project's own server. */
const program = 'docker-registry'

export interface DistributionServer {
  /** `127.0.0.1:40123` */
  readonly host: string
  close(): Promise<void>
}

/** Whether the server is installed; says so once when it is not. */
export function hasDistributionServer(): boolean {
  const isThere = spawnSync(program, ['--version']).error === undefined
  if (!isThere) console.warn(`skipped: there is no ${program} (Debian: apt-get install docker-registry)`)
  return isThere
}

/** Starts the server without login on a free port, its files in a temporary folder that `close` removes. */
export async function startDistributionServer(): Promise<DistributionServer> {
  const folder = await mkdtemp(join(tmpdir(), 'giropops-distribution-'))
  const host = `127.0.0.1:${await freePort()}`
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
  }
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config))
  const server = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const ended = new Promise<void>(resolve => server.once('exit', () => resolve()))
  const early = ended.then(() => Promise.reject(new Error(`${program} ended at once`)))
  await Promise.race([answering(`http://${host}/v2/`), early])
  early.catch(() => {})
  return {
    host,
    async close() {
      server.kill()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await sleep(50)
  }
  throw new Error(`${url} does not answer`)
}
