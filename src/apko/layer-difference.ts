import { createHash } from 'node:crypto'
import { extract, type Extract } from 'tar-stream'
import type { Descriptor } from '../domain/image.ts'
import { findBlob } from '../oci/layout-reader.ts'
import { openLayer } from './open-layer.ts'

/** A layer of a layout. */
export interface LayerPlace {
  readonly layout: string
  readonly layer: Descriptor
}

/**
 * The first file by which two layers differ, and in what, read side by side as streams: `etc/apk/keys/a.rsa.pub: content`.
 * Undefined when only their compression differs.
 */
export async function firstDifference(left: LayerPlace, right: LayerPlace): Promise<string | undefined> {
  const [a, b] = [await openEntries(left), await openEntries(right)]
  try {
    for (;;) {
      const [first, second] = [await a.next(), await b.next()]
      const difference = compare(first, second)
      if (difference !== undefined || first === undefined) return difference
    }
  } finally {
    a.close()
    b.close()
  }
}

interface EntryFacts {
  readonly name: string
  readonly facts: ReadonlyMap<string, string>
}

interface Entries {
  /** Undefined at the end. */
  next(): Promise<EntryFacts | undefined>
  close(): void
}

async function openEntries({ layout, layer }: LayerPlace): Promise<Entries> {
  const file = await findBlob(layout, layer)
  const entries = extract()
  // Before anything flows: entries that come while nobody listens are lost.
  const iterator = entries[Symbol.asyncIterator]()
  const tar = openLayer(file, layer.mediaType)
  tar.on('error', error => entries.destroy(error)).pipe(entries)
  return {
    async next() {
      const { done, value } = await iterator.next()
      return done ? undefined : factsOf(value)
    },
    close: () => void tar.destroy(),
  }
}

type Entry = Extract extends AsyncIterable<infer T> ? T : never

async function factsOf(entry: Entry): Promise<EntryFacts> {
  const { name, type, mode, uid, gid, size, mtime, linkname, pax } = entry.header
  const hash = createHash('sha256')
  for await (const chunk of entry) if (chunk instanceof Uint8Array) hash.update(chunk)
  const facts = {
    type,
    mode: (mode ?? 0).toString(8),
    owner: `${uid}:${gid}`,
    'link target': linkname ?? '',
    size: String(size),
    content: hash.digest('hex'),
    time: mtime?.toISOString() ?? '',
    'extended header': JSON.stringify(pax ?? {}),
  }
  return { name, facts: new Map(Object.entries(facts)) }
}

function compare(a: EntryFacts | undefined, b: EntryFacts | undefined): string | undefined {
  if (a === undefined || b === undefined) {
    const [only, which] = a === undefined ? [b, 'second'] : [a, 'first']
    return only === undefined ? undefined : `${only.name}: only in the ${which}`
  }
  if (a.name !== b.name) return `${a.name} in the first, ${b.name} in its place in the second`
  const other = [...a.facts].find(([fact, value]) => b.facts.get(fact) !== value)
  if (other === undefined) return undefined
  const [fact, value] = other
  // A hash or the extended header say nothing to people.
  const values = /^(content|extended header)$/.test(fact) ? '' : ` (${value}, ${b.facts.get(fact)})`
  return `${a.name}: ${fact}${values}`
}
