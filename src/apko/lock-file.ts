import { architectures, type Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { isMapping } from './yaml-walk.ts'

/** apko's lock file (`"version": "v1"`, its pkg/lock/lock.go), as far as we read it. */
export interface Lock {
  /** `config.checksum`: `sha256-` and base64, over the apko file and what it includes. */
  readonly checksum: string | undefined
  readonly packages: readonly LockedPackage[]
  /** Everything that is in the file. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** Path or URL of the apk. */
  readonly url: string
  /** Platform that it is installed on; one without an architecture of its own is listed for each. */
  readonly architecture: Architecture
  /** `Q1` and base64 of the SHA-1 of its control part, which holds the SHA-256 of its data. */
  readonly checksum: string
  /** All that the file says of it. */
  readonly entry: Readonly<Record<string, unknown>>
}

/** Reads a lock. Fails with LOCK_INVALID when it is not what apko writes; `file` is how messages name it. */
export function parseLock(text: string, file: string): Lock {
  const document = parseJson(text, file)
  const contents = isMapping(document) ? document['contents'] : undefined
  if (!isMapping(document) || !isMapping(contents) || !Array.isArray(contents['packages'])) {
    throw invalid(file, 'it has no list "contents.packages"')
  }
  if (document['version'] !== 'v1') throw invalid(file, `its "version" is not "v1"`)
  const config = document['config']
  const checksum = isMapping(config) ? config['checksum'] : undefined
  const entries: readonly unknown[] = contents['packages']
  return {
    checksum: typeof checksum === 'string' ? checksum : undefined,
    packages: entries.map((entry, at) => readEntry(entry, { at, file })),
    document,
  }
}

/** Text of a lock with these packages, as apko writes it. */
export function formatLock(
  { document }: Pick<Lock, 'document'>,
  packages: readonly Pick<LockedPackage, 'entry' | 'architecture'>[],
): string {
  const contents = isMapping(document['contents']) ? document['contents'] : {}
  // apko installs only what is listed under the platform's own architecture, and passes over `noarch` silently.
  const entries = packages.map(({ entry, architecture }) => ({ ...entry, architecture: architecture.apk }))
  return `${JSON.stringify({ ...document, contents: { ...contents, packages: entries } }, null, 2)}\n`
}

/** Where a package stands in the text of a lock, by line; undefined when it is not in there. */
export function lineOfPackage(text: string, name: string): number | undefined {
  const at = text.split('\n').findIndex(line => line.trim() === `"name": ${JSON.stringify(name)},`)
  return at < 0 ? undefined : at + 1
}

function readEntry(entry: unknown, { at, file }: { at: number; file: string }): LockedPackage {
  const which = `entry ${at + 1} of "contents.packages"`
  if (!isMapping(entry)) throw invalid(file, `${which} is not a package`)
  const field = (key: string): string => {
    const value = entry[key]
    if (typeof value === 'string' && value !== '') return value
    throw invalid(file, `${which} has no "${key}"`)
  }
  const url = field('url')
  const apk = field('architecture')
  const architecture = architectures.find(each =>
    apk === 'noarch' ? url.includes(`/${each.apk}/`) : each.apk === apk,
  )
  if (architecture === undefined) throw invalid(file, `${which} is of the unknown architecture "${apk}"`)
  const [name, version, checksum] = [field('name'), field('version'), field('checksum')]
  return { name, version, url, architecture, checksum, entry }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const [, line, column] = /line (\d+) column (\d+)/.exec(String(cause)) ?? []
    const conflict = /^(<{7}|={7}|>{7})/m.exec(text)
    const before = conflict === null ? undefined : text.slice(0, conflict.index).split('\n').length
    const at = {
      file,
      line: before ?? Number(line ?? 1),
      ...(before === undefined && { column: Number(column ?? 1) }),
    }
    const why = conflict === null ? 'it is not JSON' : 'it holds the marks of a merge conflict'
    throw invalid(file, why, { at, cause })
  }
}

function invalid(
  file: string,
  why: string,
  { at = { file, line: 1 }, cause }: { at?: Failure['at']; cause?: unknown } = {},
): Failure {
  return new Failure('LOCK_INVALID', `the lock ${file} cannot be used: ${why}`, {
    at,
    cause,
    hint: 'Restore it from git, or write it anew with the input "lockfile: update".',
  })
}
