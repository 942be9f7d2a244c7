import type { BuiltImage, PlatformImage } from '../domain/image.ts'
import { readDocument } from '../oci/layout-reader.ts'
import type { ImageManifest } from '../oci/manifest.ts'
import { firstDifference } from './layer-difference.ts'

type Side = Pick<BuiltImage, 'layout' | 'index' | 'platforms'>

/**
 * Where two builds of one image differ first: platform, layer (counted from 1, the lowest first) and file; `linux/amd64, layer 1
 * of 1: etc/apko.json: content`. Undefined when their digests are equal.
 */
export async function findDifference(first: Side, second: Side): Promise<string | undefined> {
  if (first.index.digest === second.index.digest) return undefined
  for (const platform of first.platforms) {
    const other = second.platforms.find(each => each.platform === platform.platform)
    if (other === undefined) return `${platform.platform}: only in the first`
    if (other.manifest.digest === platform.manifest.digest) continue
    const [a, b] = [await manifestOf(first, platform), await manifestOf(second, other)]
    const where = await differingLayer(
      { layout: first.layout, manifest: a },
      { layout: second.layout, manifest: b },
    )
    return `${platform.platform}, ${where ?? whereElse(a, b)}`
  }
  return 'the index alone, its platforms are equal'
}

interface OpenManifest {
  readonly layout: string
  readonly manifest: ImageManifest
}

async function differingLayer(left: OpenManifest, right: OpenManifest): Promise<string | undefined> {
  const [a, b] = [left.manifest.layers, right.manifest.layers]
  if (a.length !== b.length) return `${a.length} layers in the first, ${b.length} in the second`
  for (const [at, layer] of a.entries()) {
    const other = b[at]
    if (other === undefined || other.digest === layer.digest) continue
    const places = [
      { layout: left.layout, layer },
      { layout: right.layout, layer: other },
    ] as const
    const difference = await firstDifference(...places)
    return `layer ${at + 1} of ${a.length}: ${difference ?? 'only its compression'}`
  }
  return undefined
}

function whereElse(a: ImageManifest, b: ImageManifest): string {
  return a.config.digest === b.config.digest ? 'its manifest alone' : 'its configuration alone'
}

async function manifestOf({ layout }: Side, { platform, manifest }: PlatformImage): Promise<ImageManifest> {
  const { value } = await readDocument(layout, manifest)
  if (value.kind === 'manifest') return value
  throw new TypeError(`${platform} was built as an index`)
}
