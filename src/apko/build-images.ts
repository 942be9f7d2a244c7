import { mkdir } from 'node:fs/promises'
import type { BuiltImage } from '../domain/image.ts'
import type { Ports } from '../ports.ts'
import { forgetRepositories } from './apk-cache.ts'
import { eachAlone, type Outcome } from '../domain/outcome.ts'
import { takesFlag } from '../domain/tool.ts'
import { buildImage } from './build-image.ts'
import { checkOptions } from './check-options.ts'
import type { ImagesRequest } from './image-request.ts'
import { askLockFlags } from './lock-command.ts'
import { openWorkbench } from './workbench.ts'

/**
 * Builds images, one after the other (apko uses all cores by itself), each into an OCI layout with all its platforms and one
 * SBOM per platform that lists every installed package. Answers what came of each, in their order: one that fails does not stop
 * the others. Fails with what {@link checkOptions} finds, before any is built.
 */
export async function buildImages(
  request: ImagesRequest,
  ports: Pick<Ports, 'log' | 'processes'>,
): Promise<readonly Outcome<BuiltImage>[]> {
  await checkOptions(request, ports)
  await mkdir(request.scratch, { recursive: true })
  const lockFlags = await lockFlagsFor(request, ports)
  const workbench = await openWorkbench(request)
  try {
    return await eachAlone(request.images, async wish => {
      const image = await buildImage(wish, request, { workbench, ports, lockFlags })
      for (const { platform, installed, addedToSbom } of image.platforms) {
        const added = addedToSbom.length === 0 ? '' : `, ${addedToSbom.length} of them added by us`
        ports.log.info(`${image.name} ${platform}: ${installed.length} packages in the SBOM${added}`)
      }
      return image
    })
  } finally {
    const { cacheDir } = request.options
    if (cacheDir !== undefined) await forgetRepositories(cacheDir, workbench.folder)
    await workbench.remove()
  }
}

/** What `apko lock` takes, where anything is to be locked. */
async function lockFlagsFor(
  request: ImagesRequest,
  ports: Pick<Ports, 'log' | 'processes'>,
): Promise<ReadonlySet<string>> {
  const { apko, repository, images } = request
  const builds = takesFlag(apko, '--lockfile')
  const wanted = repository !== undefined || images.some(({ lock }) => lock !== undefined)
  const flags = wanted && builds ? await askLockFlags(request, ports) : new Set<string>()
  if (repository !== undefined && flags.size === 0) {
    ports.log.notice(
      `apko ${apko.version} cannot lock: the public key of the packages becomes part of the image, whose digest changes with it.`,
    )
  }
  return flags
}
