import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from '../domain/machine.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { askTool } from './asked-tool.ts'
import { findCached, placeInCache } from './cached.ts'
import { downloadTarball } from './download.ts'
import { writeRecord } from './entry-record.ts'
import { hashOwnBinary } from './own-binary.ts'
import { pinRelease } from './pin.ts'
import { titleOf, type Release } from './release.ts'
import { unpackTarball } from './unpack.ts'
import { resolveWish, type ToolWish, type Wanted } from './wish.ts'

export interface ToolSource {
  /** Base URL that stands in for https://github.com; that itself unless told. */
  readonly mirror?: string
  readonly machine: Machine
}

type AcquirePorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'log' | 'processes' | 'toolCache'>

/**
 * Makes a tool ready to run: from the cache without touching the network, else from the mirror, verified before it is
 * unpacked. Fails with INPUT_INVALID, TOOL_UNKNOWN, TOOL_UNSUITED, TOOL_MISSING, DOWNLOAD_FAILED, NETWORK_FAILED,
 * CHECKSUM_MISMATCH, ARCHIVE_INVALID or DISK_FULL, and then leaves nothing in the cache.
 */
export async function acquireTool(wish: ToolWish, source: ToolSource, ports: AcquirePorts): Promise<Tool> {
  const { machine, mirror = 'https://github.com' } = source
  const wanted = resolveWish(wish, machine)
  if (wanted.kind === 'binary') return takeBinary(wanted, machine, ports)

  const release = await pinRelease(wanted.tarball, { sha256: wanted.sha256, mirror }, ports)
  const cached = await findCached(release, ports)
  const tool = cached ?? (await download(release, machine, ports))
  ports.log.info(`${titleOf(release)}: ${cached ? 'from the tool cache' : `downloaded from ${mirror}`}`)
  return tool
}

async function download(release: Release, machine: Machine, ports: AcquirePorts): Promise<Tool> {
  const workshop = await ports.toolCache.fresh()
  try {
    const tarball = await downloadTarball(release, workshop, ports)
    const folder = join(workshop, 'entry')
    await unpackTarball(tarball, release, folder)
    const asked = await askTool(release.name, join(folder, release.name), { machine, ...ports })
    await writeRecord(folder, release, asked)
    return await placeInCache(release, folder, ports)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

async function takeBinary(
  { name, path, sha256: expected }: Wanted & { kind: 'binary' },
  machine: Machine,
  ports: AcquirePorts,
): Promise<Tool> {
  const sha256 = await hashOwnBinary(name, path, expected)
  const { version, flags } = await askTool(name, path, { machine, ...ports })
  ports.log.info(`${name} ${version}: ${path}`)
  return { name, version, path, sha256, source: 'path', flags: new Set(flags) }
}
