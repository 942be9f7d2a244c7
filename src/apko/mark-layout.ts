import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, hexOf, type Digest } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { markKeys, type ImageMarks } from '../domain/image-marks.ts'
import { openLayout, readBlob, readDocument } from '../oci/layout-reader.ts'
import { isMapping } from './yaml-walk.ts'

type Json = Readonly<Record<string, unknown>>
type Texts = Readonly<Record<string, string>>
type Written = Pick<Descriptor, 'digest' | 'size'>

/**
 * Writes labels into the configuration of every platform of a layout that apko just wrote, and annotations onto its manifests
 * and its index; layers stay as they are. Answers what became of the digests of manifests and index, by the old ones.
 * Fails with LAYOUT_INVALID.
 */
export async function markLayout(layout: string, marks: ImageMarks): Promise<ReadonlyMap<Digest, Digest>> {
  const renamed = new Map<Digest, Digest>()
  const { root } = await openLayout(layout)
  const { value: index, bytes } = await readDocument(layout, root)
  if (index.kind !== 'index') return renamed
  const times: (string | undefined)[] = []
  const written: Written[] = []
  for (const platform of index.manifests) {
    const { manifest, time } = await markPlatform(layout, platform, marks)
    renamed.set(platform.digest, manifest.digest)
    written.push(manifest)
    times.push(time)
  }
  const defaults = {
    ...createdAt(
      times
        .filter(each => each !== undefined)
        .toSorted()
        .at(-1),
    ),
    ...marks.defaults,
  }
  const json = jsonOf(bytes)
  const manifests = recordsIn(json['manifests']).map((each, at) => ({ ...each, ...written[at] }))
  const annotations = merged(defaults, index.annotations, marks.annotations)
  const text = JSON.stringify({ ...json, manifests, ...annotationsOf(annotations) })
  renamed.set(root.digest, digestOf(text))
  await replaceRoot(layout, root, text)
  return renamed
}

async function markPlatform(
  layout: string,
  platform: Descriptor,
  marks: ImageMarks,
): Promise<{ manifest: Written; time: string | undefined }> {
  const { value, bytes } = await readDocument(layout, platform)
  if (value.kind !== 'manifest') return { manifest: platform, time: undefined }
  const [manifest, config] = [jsonOf(bytes), jsonOf(await readBlob(layout, value.config))]
  const time = typeof config['created'] === 'string' ? config['created'] : undefined
  const defaults = { ...createdAt(time), ...marks.defaults }
  const settings = recordIn(config['config'])
  // An older apko writes the annotations of its file onto manifest and index alone.
  const own = { ...value.annotations, ...textsIn(settings['Labels']) }
  const labels = merged(defaults, own, marks.labels)
  const newConfig = await writeBlob(layout, { ...config, config: { ...settings, Labels: labels } })
  const annotations = merged(defaults, value.annotations, marks.annotations)
  const named = { ...manifest, config: { ...recordIn(manifest['config']), ...newConfig } }
  const written = await writeBlob(layout, { ...named, ...annotationsOf(annotations) })
  const old = [value.config.digest, platform.digest]
  await forget(layout, old, [newConfig.digest, written.digest])
  return { manifest: written, time }
}

const createdAt = (time: string | undefined): Texts =>
  time === undefined ? {} : { [markKeys.created]: time.replace(/\.0+Z$/, 'Z') }

/** The later ones win; sorted, and without what is empty. */
function merged(...all: readonly Texts[]): Texts {
  const entries = Object.entries(Object.assign({}, ...all) as Texts).filter(([, text]) => text !== '')
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** An empty set of annotations is left out. */
function annotationsOf(annotations: Texts): { readonly annotations: Texts | undefined } {
  return { annotations: Object.keys(annotations).length === 0 ? undefined : annotations }
}

async function writeBlob(layout: string, value: Json): Promise<Written> {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = digestOf(bytes)
  await writeFile(blobFile(layout, digest), bytes)
  return { digest, size: bytes.length }
}

/** Puts a new index in the place of the old one: in `index.json` itself, or in the blob that it lists. */
async function replaceRoot(layout: string, old: Descriptor, text: string): Promise<void> {
  const top = join(layout, 'index.json')
  const bytes = await readFile(top)
  if (digestOf(bytes) === old.digest) return writeFile(top, text)
  const outer = jsonOf(bytes)
  const [listed] = recordsIn(outer['manifests'])
  const written = { digest: digestOf(text), size: Buffer.byteLength(text) }
  await writeFile(blobFile(layout, written.digest), text)
  await writeFile(top, JSON.stringify({ ...outer, manifests: [{ ...listed, ...written }] }))
  return forget(layout, [old.digest], [written.digest])
}

async function forget(layout: string, old: readonly Digest[], kept: readonly Digest[]): Promise<void> {
  for (const digest of old) if (!kept.includes(digest)) await rm(blobFile(layout, digest), { force: true })
}

function blobFile(layout: string, digest: Digest): string {
  return join(layout, 'blobs', 'sha256', hexOf(digest))
}

function jsonOf(bytes: Uint8Array): Json {
  return recordIn(JSON.parse(Buffer.from(bytes).toString('utf8')))
}

function recordIn(value: unknown): Json {
  return isMapping(value) ? value : {}
}

function recordsIn(list: unknown): readonly Json[] {
  return Array.isArray(list) ? list.map(recordIn) : []
}

function textsIn(value: unknown): Texts {
  const texts = Object.entries(recordIn(value)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  )
  return Object.fromEntries(texts)
}
