import { isDigest, type Digest } from '../domain/digest.ts'
import { asObject, parseObject } from '../domain/json-object.ts'

/** A version of a package: one manifest or index, tagged or not. */
export interface PackageVersion {
  readonly id: number
  readonly digest: Digest
  readonly tags: readonly string[]
  /** When it was last touched, milliseconds since 1970. */
  readonly updated: number
}

/** What a manifest leads to by its own words. */
export interface ManifestLinks {
  /** Of an index. */
  readonly children: readonly Digest[]
  /** What it is a signature or attestation of (image spec v1.1, `subject`). */
  readonly subject?: Digest
}

/** All of a package, and what each of it leads to. */
export interface PackageGraph {
  readonly versions: readonly PackageVersion[]
  /** By digest, of every version. */
  readonly links: ReadonlyMap<Digest, ManifestLinks>
}

/** Ways through a graph; each answers digests of versions that are there. */
export interface GraphWays {
  /** What must be there as long as the version is: children, what is attached to it, and what it is attached to. */
  readonly needs: (digest: Digest) => readonly Digest[]
  /** What may only go after it: children, and what is attached to it. */
  readonly before: (digest: Digest) => readonly Digest[]
}

/**
 * What a manifest leads to; undefined when it cannot be told. Read leniently: whatever has `manifests` leads to them, whatever has a
 * `subject` is attached to it.
 */
export function linksOf(bytes: Uint8Array): ManifestLinks | undefined {
  const document = parseObject(Buffer.from(bytes).toString())
  if (document === undefined) return undefined
  const { manifests = [], subject } = document
  if (!Array.isArray(manifests)) return undefined
  const children = manifests.map(digestIn)
  const named = subject === undefined || subject === null ? undefined : digestIn(subject)
  const isWhole = children.every(each => each !== undefined) && (named !== undefined || subject == null)
  if (!isWhole) return undefined
  return {
    children: children.filter(each => each !== undefined),
    ...(named === undefined ? {} : { subject: named }),
  }
}

/** What a tag is attached to: `sha256-<hex>` (distribution spec v1.1, referrers tag) and cosign's `sha256-<hex>.sig`, `.att`, `.sbom`; undefined for all others. */
export function attachedBy(tag: string): Digest | undefined {
  const hex = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag)?.[1]
  const digest = `sha256:${hex}`
  return hex !== undefined && isDigest(digest) ? digest : undefined
}

/** The ways through a graph. */
export function waysOf({ versions, links }: PackageGraph): GraphWays {
  const there = new Set(versions.map(({ digest }) => digest))
  const attached = new Map<Digest, Digest[]>()
  const targets = new Map<Digest, readonly Digest[]>()
  for (const { digest, tags } of versions) {
    const subject = links.get(digest)?.subject
    const found = [...(subject === undefined ? [] : [subject]), ...tags.flatMap(tag => attachedBy(tag) ?? [])]
    targets.set(digest, found)
    for (const each of found) attached.set(each, [...(attached.get(each) ?? []), digest])
  }
  const present = (digests: readonly Digest[]): readonly Digest[] => digests.filter(each => there.has(each))
  const before = (digest: Digest): readonly Digest[] =>
    present([...(links.get(digest)?.children ?? []), ...(attached.get(digest) ?? [])])
  return { before, needs: digest => [...before(digest), ...present(targets.get(digest) ?? [])] }
}

function digestIn(value: unknown): Digest | undefined {
  const digest = asObject(value)?.['digest']
  return typeof digest === 'string' && isDigest(digest) ? digest : undefined
}
