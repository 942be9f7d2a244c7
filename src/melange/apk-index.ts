import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { findEntryIn } from './apk-archive.ts'
import type { OfferedApk } from './content-key.ts'

/** Name of the index in a repository's folder of one architecture. */
export const indexFile = 'APKINDEX.tar.gz'

/** What an index says (APKINDEX of apk-tools 2: lines `C:`, `P:`, `V:`, `p:`, …, a blank line between packages). */
export interface ApkIndex {
  /** Names of packages, and what they provide. */
  readonly names: ReadonlySet<string>
  readonly offers: readonly OfferedApk[]
  /** The offer of that name and version. */
  offer(name: string, version: string): OfferedApk | undefined
  /** sha256 (hex) of all of it; signatures are not in it. */
  readonly digest: string
}

/** Reads an index, signed or not; the source is destroyed in the end. Throws when it is none. */
export async function readIndexFrom(source: Readable): Promise<ApkIndex> {
  const entry = await findEntryIn(source, name => name === 'APKINDEX')
  if (entry === undefined) throw new Error('it holds no APKINDEX')
  return parseIndex(entry.text)
}

/** As {@link readIndexFrom}, of a file; undefined when it is none, or can't be read. */
export async function readIndexFile(file: string): Promise<ApkIndex | undefined> {
  return readIndexFrom(createReadStream(file)).catch(() => undefined)
}

function parseIndex(text: string): ApkIndex {
  const names = new Set<string>()
  const offers = new Map<string, OfferedApk>()
  let [name, version, checksum] = ['', '', '']
  const close = (): void => {
    if (name !== '') offers.set(`${name} ${version}`, { name, version, checksum })
    ;[name, version, checksum] = ['', '', '']
  }
  for (const [, kind, value = ''] of text.matchAll(/^(?:([A-Za-z]):(.*)|)$/gm)) {
    if (kind === undefined) close()
    else if (kind === 'P') names.add((name = value))
    else if (kind === 'V') version = value
    else if (kind === 'C') checksum = value
    else if (kind === 'p') for (const each of value.split(' ')) names.add(each.replace(/[=<>~].*$/, ''))
  }
  close()
  return {
    names,
    offers: [...offers.values()],
    offer: (wanted, of) => offers.get(`${wanted} ${of}`),
    digest: createHash('sha256').update(text).digest('hex'),
  }
}
