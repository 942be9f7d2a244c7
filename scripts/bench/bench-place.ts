import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startReleaseServer } from '../../__tests__/support/release-server.ts'
import { kitDistribution, type KitDistribution } from '../kit/kit-distribution.ts'
import { guests, host } from '../kit/kit-host.ts'
import { kitTools, type KitTool } from '../kit/kit-tools.ts'
import { kitWheels, type KitWheels } from '../kit/kit-wheels.ts'
import type { Log } from '../kit/kit-progress.ts'
import { startStandIn } from './stand-in.ts'

/** What both contestants work with. */
export interface BenchPlace extends AsyncDisposable {
  readonly folder: string
  /** A copy of dist/, so that a build beside the bench does not change what is measured. */
  readonly dist: string
  readonly tools: readonly KitTool[]
  readonly distribution: KitDistribution
  readonly wheels: KitWheels
  /** URL of the release server. */
  readonly releases: string
  /** The registry's host. */
  readonly registry: string
  /** This machine's architecture (`amd64`), and the other one. */
  readonly architectures: readonly [string, string]
}

const versions = [
  { tool: 'apko', version: '1.2.31' },
  { tool: 'melange', version: '0.56.5' },
] as const

/** Makes what lacks, and starts the servers. */
export async function openPlace(folder: string, log: Log): Promise<BenchPlace> {
  const { mirrorFolder, tools } = await kitTools(log, versions)
  const distribution = await kitDistribution(log)
  const wheels = await kitWheels(distribution, log)
  const dist = join(folder, 'dist')
  await cp(fileURLToPath(new URL('../../dist', import.meta.url)), dist, { recursive: true })
  await mkdir(join(folder, 'registry'))
  const servers = new AsyncDisposableStack()
  const { host: registry } = servers.use(await startStandIn(join(folder, 'registry')))
  const { url: releases } = servers.use(await startReleaseServer({ folder: mirrorFolder }))
  const own = host().debian
  const other = guests.find(({ debian }) => debian !== own) ?? guests[1]
  return {
    folder,
    dist,
    tools,
    distribution,
    wheels,
    releases,
    registry,
    architectures: [own, other.debian],
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  }
}
