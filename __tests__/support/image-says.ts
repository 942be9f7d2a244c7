import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { openLayout, readBlob, readDocument } from '../../src/oci/layout-reader.ts'

type Texts = Readonly<Record<string, string>>

/** What an image says of itself. */
export interface ImageSays {
  /** Annotations of the index. */
  readonly index: Texts
  readonly platforms: readonly {
    readonly labels: Texts
    readonly annotations: Texts
    readonly layers: readonly string[]
  }[]
}

/** Reads what the first image of a step says of itself, from its layout; every digest is checked on the way. */
export async function imageSays(record: string): Promise<ImageSays> {
  const { images } = JSON.parse(await readFile(record, 'utf8')) as BuildRecord
  const layout = join(record, '..', images[0]?.layout ?? '')
  const { value: index } = await readDocument(layout, (await openLayout(layout)).root)
  if (index.kind !== 'index') throw new Error('no index')
  const platforms = await Promise.all(
    index.manifests.map(async each => {
      const { value: manifest } = await readDocument(layout, each)
      if (manifest.kind !== 'manifest') throw new Error('no manifest')
      const config = JSON.parse(Buffer.from(await readBlob(layout, manifest.config)).toString()) as {
        config: { Labels: Texts }
      }
      return {
        labels: config.config.Labels,
        annotations: manifest.annotations,
        layers: manifest.layers.map(({ digest }) => digest),
      }
    }),
  )
  return { index: index.annotations, platforms }
}
