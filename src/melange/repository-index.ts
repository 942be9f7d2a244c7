import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { findEntry } from './apk-archive.ts'
import { lastLine } from './melange-lines.ts'
import { moveFile } from './replaced-file.ts'

export interface IndexJob {
  readonly melange: Tool
  readonly key: SigningKey
  /** Absolute repository folder of one architecture: `<repository>/x86_64`. */
  readonly folder: string
  /** Absolute paths of new apks, moved into the folder with their index. */
  readonly fresh: readonly string[]
  /** Absolute path of an existing folder for the index in the making. */
  readonly scratch: string
}

const indexName = 'APKINDEX.tar.gz'

/**
 * Takes new apks into the folder of an architecture, with one index of all that lies there. The index is made and looked at
 * before anything is moved, so that a failure leaves the folder as it was; it is never unsigned and never half-written.
 * Fails with PACKAGE_FAILED when melange can't make it.
 */
export async function adoptPackages(job: IndexJob, ports: Pick<Ports, 'processes'>): Promise<void> {
  const { folder, fresh } = job
  const names = new Set(fresh.map(apk => basename(apk)))
  const kept = (await apksIn(folder)).filter(apk => !names.has(basename(apk)))
  const apks = [...kept, ...fresh].sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
  if (apks.length === 0) return rm(join(folder, indexName), { force: true })
  const index = await makeIndex(job, apks, ports)
  await mkdir(folder, { recursive: true })
  for (const apk of fresh) await moveFile(apk, join(folder, basename(apk)))
  await moveFile(index, join(folder, indexName))
}

/** Absolute paths of the apks in a folder, sorted; none when there is no such folder. */
export async function apksIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => [])
  return entries
    .filter(name => name.endsWith('.apk'))
    .sort()
    .map(name => join(folder, name))
}

/** `senhas` of `…/senhas-1.0.0-r0.apk`. */
export function packageNameOf(apk: string): string {
  return basename(apk).replace(/-[^-]+-r\d+\.apk$/, '')
}

/** Milliseconds for an index: melange reads every package. */
const timeLimit = 15 * 60_000

async function makeIndex(
  { melange, key, scratch }: IndexJob,
  apks: readonly string[],
  { processes }: Pick<Ports, 'processes'>,
): Promise<string> {
  const index = join(scratch, indexName)
  const args = ['index', '-o', index, '--signing-key', key.privateKey, ...apks]
  const made = await processes.ask({ tool: melange.path, args, cwd: scratch, timeLimit })
  if (made.code !== 0) {
    const reason = lastLine(`${made.stdout}\n${made.stderr}`)
    const code = reason.includes('no space left on device') ? 'DISK_FULL' : 'PACKAGE_FAILED'
    throw new Failure(code, `melange cannot index the packages: ${reason}`)
  }
  const first = await findEntry(index, () => true).catch(() => undefined)
  if (!first?.name.startsWith('.SIGN.')) {
    throw new Failure('PACKAGE_FAILED', `melange ${melange.version} left the index of the packages unsigned`)
  }
  return index
}
