import { mkdir } from 'node:fs/promises'
import type { BuiltImage } from '../domain/image.ts'
import type { Ports } from '../ports.ts'
import { forgetRepositories } from './apk-cache.ts'
import { buildImage } from './build-image.ts'
import { checkOptions } from './check-options.ts'
import type { ImagesRequest } from './image-request.ts'
import { openWorkbench } from './workbench.ts'

/**
 * Builds images, one after the other (apko uses all cores by itself), each into an OCI layout with all its platforms and one
 * SBOM per platform that lists every installed package. Stops at the first that fails; those before it stay.
 */
export async function buildImages(
  request: ImagesRequest,
  ports: Pick<Ports, 'log' | 'processes'>,
): Promise<readonly BuiltImage[]> {
  await checkOptions(request, ports)
  await mkdir(request.scratch, { recursive: true })
  const workbench = await openWorkbench(request)
  try {
    const built: BuiltImage[] = []
    for (const wish of request.images) {
      const image = await buildImage(wish, request, { workbench, ports })
      for (const { platform, installed, addedToSbom } of image.platforms) {
        const added = addedToSbom.length === 0 ? '' : `, ${addedToSbom.length} of them added by us`
        ports.log.info(`${image.name} ${platform}: ${installed.length} packages in the SBOM${added}`)
      }
      built.push(image)
    }
    return built
  } finally {
    const { cacheDir } = request.options
    if (cacheDir !== undefined) await forgetRepositories(cacheDir, workbench.folder)
    await workbench.remove()
  }
}
