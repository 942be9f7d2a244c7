import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScanTarget } from './scanner-driver.ts'

/** Makes an OCI image layout (image spec v1.1, image-layout.md) in `folder` that lists one platform alone, and shares the blobs of the image's own. */
export async function layOutPlatform({ image, platform }: ScanTarget, folder: string): Promise<void> {
  await mkdir(folder)
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [platform.manifest],
  }
  await Promise.all([
    symlink(join(image.layout, 'blobs'), join(folder, 'blobs')),
    writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n'),
    writeFile(join(folder, 'index.json'), JSON.stringify(index)),
  ])
}
