import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fulcioConfig } from './fulcio-config.ts'
import { toPem } from './pem.ts'
import { isTaken, startServer, type ServerProcess } from './server-process.ts'
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
  readonly issuer: string
  readonly certificateLog: { readonly url: string; readonly spki: Buffer }
  /** An Ed25519 key for Rekor. */
  readonly rekorKey: SigningKey
  readonly ports: ServerPorts
}

/** Ports to serve on. */
export interface ServerPorts {
  readonly fulcio: number
  readonly rekor: number
  readonly tsa: number
  /** Five more, for what they serve besides: gRPC and metrics. */
  readonly others: readonly number[]
}

/** The timestamp authority's port for metrics, which cannot be told otherwise. */
const tsaMetrics = 2112

/**
 * Fulcio with a certificate authority that lives as long as it does, Rekor v2 and the timestamp authority, on the loopback
 * (their metrics are served on all addresses: they know no option for that). Throws when one of them does not come up.
 */
export async function startRealServers(options: RealServers): Promise<ServerProcess> {
  if (await isTaken(tsaMetrics)) {
    throw new Error(`port ${tsaMetrics} is taken, and the real timestamp authority needs it for its metrics`)
  }
  await mkdir(options.folder, { recursive: true })
  const commands = [await fulcioCommand(options), await rekorCommand(options), tsaCommand(options)]
  const started = await Promise.allSettled(
    commands.map(({ program, args, probe }) => {
      return startServer({
        program,
        args,
        probe,
        output: join(options.folder, `${probe.replace(/\W+/g, '-')}.log`),
      })
    }),
  )
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(one => (one.status === 'fulfilled' ? one.value.stop() : undefined)))
  }
  for (const one of started) {
    if (one.status === 'fulfilled') continue
    await stop()
    throw one.reason
  }
  return { stop }
}
