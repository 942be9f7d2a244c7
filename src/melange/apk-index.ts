import { findEntry } from './apk-archive.ts'
import type { OfferedApk } from './content-key.ts'

/** Name of the index in a repository's folder of one architecture. */
export const indexFile = 'APKINDEX.tar.gz'

/** Text of an index, signed or not; undefined when the file is none, or can't be read. */
export async function readIndexText(file: string): Promise<string | undefined> {
  const entry = await findEntry(file, name => name === 'APKINDEX').catch(() => undefined)
  return entry?.text
}

/** What an index offers (APKINDEX of apk-tools 2: lines `C:`, `P:`, `V:`, …, a blank line between packages). */
export function offersOf(index: string): readonly OfferedApk[] {
  const offers: OfferedApk[] = []
  for (const block of index.split('\n\n')) {
    const value = (key: string): string => new RegExp(`^${key}:(.*)$`, 'm').exec(block)?.[1] ?? ''
    const [name, version, checksum] = [value('P'), value('V'), value('C')]
    if (name !== '') offers.push({ name, version, checksum })
  }
  return offers
}
