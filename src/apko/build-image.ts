import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { BuiltImage, PlatformImage } from '../domain/image.ts'
import type { Ports } from '../ports.ts'
import { buildArguments } from './build-arguments.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { markLayout } from './mark-layout.ts'
import { moveFolder } from './move-folder.ts'
import { proveLock } from './prove-lock.ts'
import { readImage } from './read-image.ts'
import { runApko } from './run-apko.ts'
import { settleLock } from './settle-lock.ts'
import type { Workbench } from './workbench.ts'
import { indexSbomName, renameDigests, writeIndexSbom, writeSbom, type WrittenSbom } from './write-sboms.ts'

export interface ImageTools {
  readonly workbench: Workbench
  readonly ports: Pick<Ports, 'log' | 'processes'>
  /** What `apko lock` takes; empty when there is no such command. */
  readonly lockFlags: ReadonlySet<string>
}

/**
 * Builds one image for all its architectures into `<output>/images/<name>/` (`layout`, `sbom`), which replaces an older one
 * only when all is well. Fails with what {@link settleLock}, {@link runApko} and {@link proveLock} say, IMAGE_FAILED, LAYOUT_INVALID or DISK_FULL.
 */
export async function buildImage(
  wish: ImageWish,
  request: ImagesRequest,
  { workbench, ports, lockFlags }: ImageTools,
): Promise<BuiltImage> {
  const { file, architectures } = wish
  const stage = await mkdtemp(join(request.scratch, 'image-'))
  const apkoSbom = join(stage, 'apko-sbom')
  const [layout, sbom] = [join(stage, 'image', 'layout'), join(stage, 'image', 'sbom')]
  try {
    for (const folder of [layout, sbom, apkoSbom]) await mkdir(folder, { recursive: true })
    const settled = await settleLock(wish, request, { workbench, ports, stage, flags: lockFlags })
    const args = await buildArguments(wish, request, {
      workbench,
      folders: { layout, sbom: apkoSbom },
      ...(settled === undefined ? {} : { lock: settled.path }),
    })
    await runApko(wish, request, { workbench, ports, args, title: `apko ${file.name}` })
    if (wish.marks !== undefined) await renameDigests(apkoSbom, await markLayout(layout, wish.marks))
    const { index, platforms } = await readImage(layout, architectures)
    const folders = { layout, from: apkoSbom, to: sbom }
    const writing = platforms.map(platform => writeSbom(platform, folders))
    // Each to its end: nobody may still be writing when the folder goes, and it is always the first platform's failure that is told.
    await Promise.allSettled(writing)
    const written: WrittenSbom[] = []
    for (const each of writing) written.push(await each)
    if (settled !== undefined) proveLock(settled, written, { wish, added: request.options.packages })
    await writeIndexSbom(index.digest, written, folders)
    const place = join(request.output, 'images', file.name)
    await moveFolder(join(stage, 'image'), place)
    return {
      name: file.name,
      config: file.file,
      layout: join(place, 'layout'),
      index,
      platforms: written.map(each => platformImage(each, join(place, 'sbom'))),
      indexSbom: join(place, 'sbom', indexSbomName),
      ...(settled?.proven === undefined ? {} : { lock: settled.proven }),
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? diskFull(error) : error
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

function platformImage(
  { platform, name, apks, installed, added }: WrittenSbom,
  folder: string,
): PlatformImage {
  const { architecture, descriptor, size } = platform
  return {
    platform: architecture.platform,
    arch: architecture.name,
    manifest: descriptor,
    size,
    sbom: join(folder, name),
    installed: apks.map(apk => `${apk.name}-${apk.version}`),
    apks,
    relations: installed.map(({ name: apk, origin, depends, provides }) => ({
      name: apk,
      origin,
      depends,
      provides,
    })),
    addedToSbom: added,
  }
}

function diskFull(cause: Error): Failure {
  return new Failure('DISK_FULL', `the disk is full: ${cause.message}`, {
    hint: 'Free some space before this step, or take a bigger disk for the input "output" and the temporary files.',
    cause,
  })
}
