import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

export interface StoredPackage {
  /** File name beside the manifest. */
  readonly file: string
  readonly name: string
  readonly version: string
  readonly arch: string
  readonly sha256: string
  readonly size: number
}

export const manifestFile = 'manifest.json'

export function writtenManifest(key: string, packages: readonly StoredPackage[]): string {
  return `${JSON.stringify({ format: 1, key, packages }, undefined, 2)}\n`
}

/**
 * What an entry of the store says it holds, when its files are just those. Throws, with words for the user, for an entry that is
 * incomplete, of another key, or not of ours.
 */
export async function readManifest(entry: string, key: string): Promise<readonly StoredPackage[]> {
  const manifest: unknown = parsed(await readText(join(entry, manifestFile)))
  if (!isRecord(manifest) || manifest['format'] !== 1) throw new Error('its manifest cannot be read')
  if (manifest['key'] !== key) throw new Error('its manifest is of another key')
  const packages = entriesOf(manifest['packages']).map(readStored)
  const files = packages.map(({ file }) => file)
  const there = (await readdir(entry)).filter(name => name !== manifestFile)
  if (files.length === 0) throw new Error('it holds no package')
  if (there.toSorted().join('\n') !== files.toSorted().join('\n')) {
    throw new Error(`it holds ${there.toSorted().join(', ') || 'nothing'}, not ${files.join(', ')}`)
  }
  for (const name of [manifestFile, ...files]) {
    if (!(await lstat(join(entry, name))).isFile()) throw new Error(`${name} is no file`)
  }
  return packages
}

/** Not of a pipe, which would never come to an end. */
async function readText(file: string): Promise<string> {
  const found = await lstat(file).catch(unread)
  if (!found.isFile()) throw new Error(`${manifestFile} is no file`)
  return readFile(file, 'utf8').catch(unread)
}

function unread(error: NodeJS.ErrnoException): never {
  const words = reasons[error.code ?? ''] ?? error.message
  throw Object.assign(new Error(`${manifestFile} ${words}`, { cause: error }), { code: error.code })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there, for the entry is no folder',
  EACCES: 'cannot be read for want of permission',
}

function readStored(value: unknown): StoredPackage {
  const text = (name: string): string => (isRecord(value) ? textOr(value[name], '') : '')
  const [file, sha256, size] = [text('file'), text('sha256'), Number(text('size'))]
  if (!/^[\w.+-]+\.apk$/.test(file) || !/^[\da-f]{64}$/.test(sha256) || !Number.isSafeInteger(size)) {
    throw new Error('its manifest cannot be read')
  }
  return { file, name: text('name'), version: text('version'), arch: text('arch'), sha256, size }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
