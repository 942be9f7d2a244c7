import { posix } from 'node:path'
import { extract, type Extract } from 'tar-stream'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { findBlob } from '../oci/layout-reader.ts'
import { openLayer } from './open-layer.ts'

/** Bytes that one file may have; a package database of thousands of packages has some tens of millions. */
const limit = 256 * 1024 * 1024

/**
 * Finds texts in the layers of an image. Each wish is a list of paths (without a slash at the start) of which one is enough;
 * the last layer that has one counts. A link leads to another path that is enough, in what is read after it. Layers are
 * streamed, and nothing more is read once all is found. Fails with LAYOUT_INVALID when a layer is not a tar that we can unpack.
 */
export async function findTexts(
  layout: string,
  layers: readonly Descriptor[],
  wishes: readonly (readonly string[])[],
): Promise<readonly (string | undefined)[]> {
  const search: Search = { texts: wishes.map(() => undefined), paths: wishes.map(paths => new Set(paths)) }
  for (const layer of layers.toReversed()) {
    if (isDone(search)) break
    const file = await findBlob(layout, layer)
    try {
      await searchLayer(file, layer.mediaType, search)
    } catch (cause) {
      if (cause instanceof Failure) throw cause
      throw new Failure('LAYOUT_INVALID', `${file}: the layer cannot be read: ${String(cause)}`, { cause })
    }
  }
  return search.texts
}

interface Search {
  readonly texts: (string | undefined)[]
  readonly paths: readonly Set<string>[]
}

function isDone({ texts }: Search): boolean {
  return texts.every(text => text !== undefined)
}

async function searchLayer(file: string, mediaType: string, search: Search): Promise<void> {
  const tar = openLayer(file, mediaType)
  const entries = extract()
  tar.on('error', error => entries.destroy(error)).pipe(entries)
  try {
    for await (const entry of entries) {
      await look(entry, search)
      if (isDone(search)) return
    }
  } finally {
    tar.destroy()
  }
}

/** One file of a tar, its content still to be read. */
type Entry = Extract extends AsyncIterable<infer T> ? T : never

async function look(entry: Entry, { texts, paths }: Search): Promise<void> {
  const { header } = entry
  const path = pathOf(header.name)
  const wish = paths.findIndex((each, at) => texts[at] === undefined && each.has(path))
  if (wish >= 0 && header.type === 'file') {
    texts[wish] = await textOf(entry)
    return
  }
  if (header.type === 'link') paths[wish]?.add(pathOf(header.linkname))
  if (header.type === 'symlink') paths[wish]?.add(pathOf(posix.resolve('/', path, '..', header.linkname)))
  entry.resume()
}

async function textOf(entry: Entry): Promise<string> {
  const { name, size } = entry.header
  if (size > limit) throw new Error(`${name} has ${size} bytes`)
  const chunks: Uint8Array[] = []
  for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function pathOf(name: string): string {
  return posix.normalize(`/${name}`).slice(1)
}
