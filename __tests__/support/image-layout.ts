import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf, hexOf } from '../../src/domain/digest.ts'
import type { Descriptor } from '../../src/domain/image.ts'
import { mediaTypes } from '../../src/oci/media-type.ts'

export interface LayoutPlan {
  /** Contents of the layers of each architecture. */
  readonly platforms?: Readonly<Record<string, readonly (string | Uint8Array)[]>>
  /** Where the image index is: `apko` has it as index.json itself, `spec` as a blob that index.json names. */
  readonly form?: 'apko' | 'spec'
  /** Time of the commit (ISO 8601) that the index tells of. */
  readonly created?: string
}

export interface WrittenLayout extends AsyncDisposable {
  readonly folder: string
  readonly index: Descriptor
  readonly manifests: readonly Descriptor[]
  readonly configs: readonly Descriptor[]
  /** Each digest once. */
  readonly layers: readonly Descriptor[]
  /** Path of a blob. */
  fileOf(blob: Descriptor): string
}

/** Two platforms with one layer in common. */
const twoPlatforms = { amd64: ['base of both', 'amd64 programs'], arm64: ['base of both', 'arm64 programs'] }

/** Writes a small OCI image layout into a temporary folder, removed when disposed of. */
export async function writeLayout(plan: LayoutPlan = {}): Promise<WrittenLayout> {
  const { platforms = twoPlatforms, form = 'apko', created } = plan
  const folder = await mkdtemp(join(tmpdir(), 'giropops-layout-'))
  const fileOf = (blob: Descriptor): string => join(folder, 'blobs/sha256', hexOf(blob.digest))
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  const put = async (content: string | Uint8Array, mediaType: string): Promise<Descriptor> => {
    const bytes = Buffer.from(content)
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
    await writeFile(fileOf(descriptor), bytes)
    return descriptor
  }
  const layers = new Map<string, Descriptor>()
  const configs: Descriptor[] = []
  const manifests: Descriptor[] = []
  for (const [architecture, contents] of Object.entries(platforms)) {
    const own: Descriptor[] = []
    for (const content of contents)
      own.push(await put(content, 'application/vnd.oci.image.layer.v1.tar+gzip'))
    const config = { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }
    const kept = await put(JSON.stringify(config), 'application/vnd.oci.image.config.v1+json')
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: kept, layers: own }
    const written = await put(JSON.stringify(manifest), mediaTypes.manifest)
    manifests.push({ ...written, platform: { architecture, os: 'linux' } })
    configs.push(kept)
    for (const layer of own) layers.set(layer.digest, layer)
  }
  const text = indexText(manifests, created)
  const index = { mediaType: mediaTypes.index, digest: digestOf(text), size: Buffer.byteLength(text) }
  if (form === 'spec') await put(text, mediaTypes.index)
  await writeFile(join(folder, 'index.json'), form === 'spec' ? indexText([index]) : text)
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  return {
    folder,
    index,
    manifests,
    configs,
    layers: [...layers.values()],
    fileOf,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function indexText(manifests: readonly Descriptor[], created?: string): string {
  const annotations = { 'org.opencontainers.image.created': created }
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests,
    ...(created === undefined ? {} : { annotations }),
  })
}
