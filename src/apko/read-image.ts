import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { openLayout, readBlob, readDocument } from '../oci/layout-reader.ts'
import { blobsOf, type ImageManifest } from '../oci/manifest.ts'

/** One platform of a layout, its manifest and configuration checked against their digests. */
export interface PlatformManifest {
  readonly architecture: Architecture
  readonly descriptor: Descriptor
  readonly manifest: ImageManifest
  /** Compressed bytes of configuration and layers. */
  readonly size: number
}

export interface ReadImage {
  /** The index that lists the platforms. */
  readonly index: Descriptor
  readonly platforms: readonly PlatformManifest[]
}

/**
 * Reads what apko built: every architecture asked for has to be there. Fails with IMAGE_FAILED when one is not,
 * LAYOUT_INVALID when bytes are not what their digests say.
 */
export async function readImage(layout: string, architectures: readonly Architecture[]): Promise<ReadImage> {
  const { root } = await openLayout(layout)
  const { value: index } = await readDocument(layout, root)
  const listed = index.kind === 'index' ? index.manifests : []
  const missing = architectures.filter(each => findPlatform(listed, each) === undefined)
  if (missing.length > 0) {
    const names = missing.map(({ platform }) => platform).join(', ')
    const have = listed.map(platformOf).join(', ')
    throw new Failure('IMAGE_FAILED', `apko built no image for ${names}; there is ${have || 'nothing'}`, {
      hint: 'This apko may not know the architecture; take a later one, or take --arch out of apko-args.',
    })
  }
  const platforms = await Promise.all(
    architectures.map(async architecture =>
      readPlatform(layout, architecture, findPlatform(listed, architecture)),
    ),
  )
  return { index: root, platforms }
}

async function readPlatform(
  layout: string,
  architecture: Architecture,
  descriptor: Descriptor | undefined,
): Promise<PlatformManifest> {
  const document = descriptor && (await readDocument(layout, descriptor))
  if (descriptor === undefined || document?.value.kind !== 'manifest') {
    throw new Failure('LAYOUT_INVALID', `${layout}: ${architecture.platform} is not an image manifest`)
  }
  const manifest = document.value
  await readBlob(layout, manifest.config)
  const size = blobsOf(manifest).reduce((sum, blob) => sum + blob.size, 0)
  return { architecture, descriptor, manifest, size }
}

function findPlatform(listed: readonly Descriptor[], { platform }: Architecture): Descriptor | undefined {
  return listed.find(each => platformOf(each) === platform)
}

/** `linux/arm/v7`; the variant v8 of arm64 is not written. */
function platformOf({ platform }: Descriptor): string {
  if (platform === undefined) return 'unknown'
  const { os, architecture, variant } = platform
  const shown = architecture === 'arm64' && variant === 'v8' ? undefined : variant
  return [os, architecture, shown].filter(part => part !== undefined && part !== '').join('/')
}
