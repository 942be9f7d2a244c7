import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fulcioConfig } from './fulcio-config.ts'
import { toPem } from './pem.ts'
import { freePorts, isTaken, startServer, type ServerCommand, type ServerProcess } from './server-process.ts'
import type { SigningKey } from './signing-key.ts'

/** Paths of the real servers' programs. */
export interface ServerPrograms {
  readonly fulcio: string
  /** Of rekor-tiles, the one that keeps its log in a folder. */
  readonly rekor: string
  readonly tsa: string
}

export interface RealServers {
  readonly programs: ServerPrograms
  /** Gets their configuration, the log and what they print. */
  readonly folder: string
  readonly ports: Readonly<Record<keyof ServerPrograms, number>>
  readonly issuer: string
  readonly certificateLog: { readonly url: string; readonly spki: Buffer }
  /** An Ed25519 key for Rekor. */
  readonly rekorKey: SigningKey
}

/** Name of the folder that Rekor keeps its log in. */
export const logFolder = 'rekor'

/** The timestamp authority's port for metrics, which it cannot be told. */
const tsaMetrics = 2112

/**
 * Fulcio with a certificate authority that lives as long as it does, Rekor v2 and the timestamp authority, on the loopback
 * (metrics of Fulcio and the latter on all addresses: they have no option for that). Throws when one does not come up.
 */
export async function startRealServers(options: RealServers): Promise<ServerProcess> {
  if (await isTaken(tsaMetrics)) {
    throw new Error(`port ${tsaMetrics} is taken, and the real timestamp authority needs it for its metrics`)
  }
  await mkdir(options.folder, { recursive: true })
  const commands = [await fulcio(options), await rekor(options), tsa(options)]
  const started = await Promise.allSettled(commands.map(startServer))
  const running = started.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(server => server.stop()))
  }
  const failed = started.find(one => one.status === 'rejected')
  if (!failed) return { stop }
  await stop()
  throw failed.reason
}

async function fulcio({
  programs,
  folder,
  ports,
  issuer,
  certificateLog,
}: RealServers): Promise<ServerCommand> {
  const config = join(folder, 'fulcio.yaml')
  const publicKey = join(folder, 'certificate-log.pub')
  await writeFile(config, fulcioConfig(issuer))
  await writeFile(publicKey, toPem(certificateLog.spki, 'PUBLIC KEY'))
  const [grpc = 0, metrics = 0] = await freePorts(2)
  const options = {
    host: '127.0.0.1',
    port: ports.fulcio,
    'grpc-host': '127.0.0.1',
    'grpc-port': grpc,
    'metrics-port': metrics,
    'legacy-unix-domain-socket': `@fulcio-${ports.fulcio}`,
    ca: 'ephemeralca',
    'ct-log-url': certificateLog.url,
    'ct-log-public-key-path': publicKey,
    'config-path': config,
  }
  const probe = `http://127.0.0.1:${ports.fulcio}/healthz`
  return { program: programs.fulcio, args: toArgs(options), probe, output: join(folder, 'fulcio.log') }
}

async function rekor({ programs, folder, ports, rekorKey }: RealServers): Promise<ServerCommand> {
  const key = join(folder, 'rekor.key')
  await writeFile(key, rekorKey.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const [grpc = 0, metrics = 0] = await freePorts(2)
  const options = {
    hostname: '127.0.0.1',
    'http-port': ports.rekor,
    'grpc-port': grpc,
    'http-metrics-port': metrics,
    'signer-filepath': key,
    'storage-dir': join(folder, logFolder),
    'persistent-antispam': true,
    'checkpoint-interval': '200ms',
    'batch-max-age': '20ms',
    'log-level': 'warn',
  }
  const probe = `http://127.0.0.1:${ports.rekor}/healthz`
  return { program: programs.rekor, args: toArgs(options), probe, output: join(folder, 'rekor.log') }
}

function tsa({ programs, folder, ports }: RealServers): ServerCommand {
  const options = {
    host: '127.0.0.1',
    port: ports.tsa,
    'timestamp-signer': 'memory',
    'disable-ntp-monitoring': true,
  }
  const probe = `http://127.0.0.1:${ports.tsa}/ping`
  return { program: programs.tsa, args: toArgs(options), probe, output: join(folder, 'tsa.log') }
}

function toArgs(options: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  return ['serve', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)]
}
