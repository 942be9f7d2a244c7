import { isDigest } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { isIndexType, isManifestType } from './media-type.ts'

/** An image index (image spec v1.1, image-index.md), as far as we read it. */
export interface ImageIndex {
  readonly kind: 'index'
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
}

/** An image manifest (image spec v1.1, manifest.md), as far as we read it. */
export interface ImageManifest {
  readonly kind: 'manifest'
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
  readonly subject?: Descriptor
  readonly artifactType?: string
}

/** What is wrong with a document, said by the parsers below; who knows the file's name makes a failure of it. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
}

/** Reads an index or a manifest. `mediaType` is what its descriptor or the registry says; without one its own counts. Throws ManifestError. */
export function parseManifest(bytes: Uint8Array, mediaType?: string): ImageIndex | ImageManifest {
  const document = parseDocument(bytes)
  if (document['schemaVersion'] !== 2) throw new ManifestError('its schemaVersion is not 2')
  const own = optionalText(document, 'mediaType')
  const type = mediaType ?? own ?? ''
  if (own !== undefined && own !== type) throw new ManifestError(`its mediaType is ${own} instead of ${type}`)
  const annotations = textMap(document['annotations'], 'annotations') ?? {}
  if (isIndexType(type)) {
    const manifests = descriptors(document, 'manifests')
    return { kind: 'index', mediaType: type, manifests, annotations }
  }
  if (!isManifestType(type))
    throw new ManifestError(`its media type ${JSON.stringify(type)} is not an image's`)
  const artifactType = optionalText(document, 'artifactType')
  return {
    kind: 'manifest',
    mediaType: type,
    config: parseDescriptor(document['config'], 'config'),
    layers: descriptors(document, 'layers'),
    annotations,
    ...('subject' in document ? { subject: parseDescriptor(document['subject'], 'subject') } : {}),
    ...(artifactType === undefined ? {} : { artifactType }),
  }
}

/** Reads the JSON object that every index and manifest is. Throws ManifestError. */
export function parseDocument(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  return object(parseJson(bytes), 'it')
}

/** The blobs that must be there before the manifest: its configuration and its layers, each digest once. */
export function blobsOf(manifest: ImageManifest): readonly Descriptor[] {
  return distinct([manifest.config, ...manifest.layers])
}

/** Each digest once, the first descriptor of it. */
export function distinct(all: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(all.map(each => [each.digest, each] as const).reverse()).values()].reverse()
}

function descriptors(document: Readonly<Record<string, unknown>>, key: string): readonly Descriptor[] {
  const list = document[key]
  if (!Array.isArray(list)) throw new ManifestError(`${key} is not a list`)
  return list.map((each: unknown, at) => parseDescriptor(each, `${key}[${at}]`))
}

/** Reads a content descriptor (image spec v1.1, descriptor.md); `where` starts what is wrong with it. Throws ManifestError. */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  const fields = object(value, where)
  const { mediaType, digest, size } = fields
  if (typeof mediaType !== 'string') throw new ManifestError(`${where}.mediaType is not a text`)
  if (typeof digest !== 'string' || !isDigest(digest))
    throw new ManifestError(`${where}.digest is not a sha256 digest`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new ManifestError(`${where}.size is not a number of bytes`)
  }
  const platform = 'platform' in fields ? platformOf(fields['platform'], `${where}.platform`) : undefined
  const annotations = textMap(fields['annotations'], `${where}.annotations`)
  const artifactType = optionalText(fields, 'artifactType')
  return {
    mediaType,
    digest,
    size,
    ...(platform === undefined ? {} : { platform }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(artifactType === undefined ? {} : { artifactType }),
  }
}

function platformOf(value: unknown, where: string): NonNullable<Descriptor['platform']> {
  const { architecture, os, variant } = object(value, where)
  if (typeof architecture !== 'string' || typeof os !== 'string') {
    throw new ManifestError(`${where} lacks architecture or os`)
  }
  return { architecture, os, ...(typeof variant === 'string' ? { variant } : {}) }
}

function textMap(value: unknown, where: string): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined
  const entries = Object.entries(object(value, where)).map(([key, text]) => {
    if (typeof text !== 'string') throw new ManifestError(`${where}.${key} is not a text`)
    return [key, text] as const
  })
  return Object.fromEntries(entries)
}

function optionalText(fields: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = fields[key]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw new ManifestError(`${key} is not a text`)
  return value
}

function object(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new ManifestError(`${where} is not an object`)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ManifestError('it is not JSON')
  }
}
