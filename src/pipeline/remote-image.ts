import { architectures } from '../domain/architecture.ts'
import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { parseManifest } from '../oci/manifest.ts'
import { formatRepository } from '../oci/reference.ts'
import { openRepository } from '../oci/registry-client.ts'
import type { World } from '../ports.ts'
import type { Destination } from './destination.ts'

/** An index or manifest in a registry, and what signatures call its place. */
export interface SignedPlace {
  readonly place: string
  readonly subject: Descriptor
}

/** Reads what an image consists of out of its registry: the index, then each platform; a single manifest is its own index. Fails with REGISTRY_FAILED when it is not there. */
export async function readRemoteImage(
  destination: Destination,
  digest: Digest,
  world: World,
): Promise<readonly SignedPlace[]> {
  const found = await openRepository(destination, world).getManifest(digest)
  if (found === undefined) {
    throw new Failure(
      'REGISTRY_FAILED',
      `${formatRepository(destination.repository)} has no image ${digest}`,
      {
        hint: 'Give the digest of an image that was pushed; the output "digest" of the step that built it.',
      },
    )
  }
  const value = parseManifest(found.bytes, found.descriptor.mediaType)
  const children = 'manifests' in value ? value.manifests : []
  const platforms = children.filter(({ platform }) => platform !== undefined && platform.os !== 'unknown')
  return [
    { place: 'index', subject: found.descriptor },
    ...platforms.map(child => ({ place: placeOf(child), subject: child })),
  ]
}

function placeOf({ platform }: Descriptor): string {
  const text = [platform?.os, platform?.architecture, platform?.variant].filter(Boolean).join('/')
  return (
    architectures.find(each => text === each.platform || text.startsWith(`${each.platform}/`))?.platform ??
    text
  )
}
