import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'

/**
 * Text of the first entry that `wanted` picks by its name; undefined when there is none. apks and indexes are gzip members one
 * after another, of tar archives whose end is left off, so they read as one archive (apk-tools, package format v2). Reading
 * stops at the entry. Throws for a file that is no such archive.
 */
export function findEntry(file: string, wanted: (name: string) => boolean): Promise<Entry | undefined> {
  return findEntryIn(createReadStream(file), wanted)
}

/** An entry of an archive. */
export interface Entry {
  readonly name: string
  readonly text: string
}

/** As {@link findEntry}, from the archive's bytes; the source is destroyed in the end. */
export async function findEntryIn(
  source: Readable,
  wanted: (name: string) => boolean,
): Promise<Entry | undefined> {
  const unzipped = createGunzip()
  const entries = extract()
  source.on('error', error => unzipped.destroy(error)).pipe(unzipped)
  unzipped.on('error', error => entries.destroy(error)).pipe(entries)
  try {
    for await (const entry of entries) {
      if (wanted(entry.header.name)) return { name: entry.header.name, text: await text(entry) }
      entry.resume()
    }
    return undefined
  } finally {
    source.destroy()
    unzipped.destroy()
    entries.destroy()
  }
}
