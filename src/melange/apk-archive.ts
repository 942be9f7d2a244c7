import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'

/**
 * Text of the first entry that `wanted` picks by its name; undefined when there is none. apks and indexes are gzip members one
 * after another, of tar archives whose end is left off, so they read as one archive (apk-tools, package format v2). Reading
 * stops at the entry. Throws for a file that is no such archive.
 */
export async function findEntry(
  file: string,
  wanted: (name: string) => boolean,
): Promise<{ name: string; text: string } | undefined> {
  const source = createReadStream(file)
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
