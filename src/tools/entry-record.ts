import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AskedTool } from './asked-tool.ts'
import type { Release } from './release.ts'

const file = 'giropops.json'

/** What stands in the tool cache beside a binary, so that it need not be asked again. */
export interface EntryRecord extends AskedTool {
  /** sha256 (hex) of the tarball that it came from. */
  readonly tarball: string
  /** Bytes of the binary. */
  readonly size: number
}

/** Completes an entry before it goes into the cache. */
export async function writeRecord(folder: string, release: Release, asked: AskedTool): Promise<void> {
  const { size } = await stat(join(folder, release.name))
  const record: EntryRecord = { tarball: release.sha256, size, ...asked }
  await writeFile(join(folder, file), `${JSON.stringify(record, undefined, 2)}\n`)
}

/** The entry's record; undefined when it has none of ours, or its binary is not the one recorded. */
export async function readRecord(folder: string, { name }: Release): Promise<EntryRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'))
    if (!isRecord(record)) return undefined
    const { size } = await stat(join(folder, name))
    return size === record.size ? record : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is EntryRecord {
  if (typeof value !== 'object' || value === null) return false
  const { tarball, size, version, flags } = value as Record<string, unknown>
  const listed = Array.isArray(flags) && flags.every(flag => typeof flag === 'string')
  return typeof tarball === 'string' && typeof size === 'number' && typeof version === 'string' && listed
}
