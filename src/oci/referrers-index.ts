import type { Descriptor } from '../domain/image.ts'
import { ManifestError, parseDescriptor, parseDocument } from './manifest.ts'
import { mediaTypes } from './media-type.ts'

/** A list of referrers: an image index, of which we keep what others wrote as it is, known to us or not. */
export interface ReferrersIndex {
  readonly document: Readonly<Record<string, unknown>>
  readonly entries: readonly unknown[]
}

/** What is changed in a list. */
export interface ReferrersChange {
  readonly ours: readonly Descriptor[]
  /** Entries that were listed a moment ago, to be put back. */
  readonly lost?: readonly unknown[]
  /** Digests that are taken out. */
  readonly gone?: ReadonlySet<unknown>
}

export const noReferrers: ReferrersIndex = { document: {}, entries: [] }

/** Reads a list of referrers, leniently: what is in an entry is looked at later. Throws ManifestError. */
export function parseReferrersIndex(bytes: Uint8Array, mediaType: string): ReferrersIndex {
  if (mediaType !== mediaTypes.index) {
    throw new ManifestError(`it is of the type ${JSON.stringify(mediaType)}, not an index`)
  }
  const document = parseDocument(bytes)
  const entries: unknown = document['manifests'] ?? []
  if (!Array.isArray(entries)) throw new ManifestError('manifests is not a list')
  return { document, entries }
}

/** Its entries as far as they can be read: others may use digests that we don't know. */
export function descriptorsOf({ entries }: ReferrersIndex): readonly Descriptor[] {
  return entries.flatMap((entry, at) => {
    try {
      return [parseDescriptor(entry, `manifests[${at}]`)]
    } catch (error) {
      if (error instanceof ManifestError) return []
      throw error
    }
  })
}

/** Those of ours that are not listed, or not with all that we say of them. */
export function missingFrom({ entries }: ReferrersIndex, ours: readonly Descriptor[]): readonly Descriptor[] {
  return ours.filter(own => !entries.some(entry => says(entry, own)))
}

/** The list with the change: entries keep their order, ours that are listed are corrected in place, the others come last. */
export function mergedIndex(
  { document, entries }: ReferrersIndex,
  { ours, lost = [], gone = new Set() }: ReferrersChange,
): Buffer {
  const all = new Map<unknown, unknown>()
  for (const entry of [...entries, ...lost]) {
    const digest = digestIn(entry)
    if (!gone.has(digest)) all.set(digest ?? entry, all.get(digest) ?? entry)
  }
  for (const own of ours) all.set(own.digest, { ...Object(all.get(own.digest)), ...own })
  const manifests = [...all.values()]
  return Buffer.from(
    JSON.stringify({ ...document, schemaVersion: 2, mediaType: mediaTypes.index, manifests }),
  )
}

/** Whether an entry says at least what a descriptor says. */
function says(entry: unknown, { annotations = {}, ...plain }: Descriptor): boolean {
  const fields = Object(entry) as Readonly<Record<string, unknown>>
  const texts = Object(fields['annotations']) as Readonly<Record<string, unknown>>
  return (
    Object.entries(plain).every(([key, value]) => fields[key] === value) &&
    Object.entries(annotations).every(([key, value]) => texts[key] === value)
  )
}

function digestIn(entry: unknown): unknown {
  return (Object(entry) as Readonly<Record<string, unknown>>)['digest']
}
