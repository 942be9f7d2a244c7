import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { BuiltImage, PlatformImage } from '../domain/image.ts'
import type { Ports } from '../ports.ts'
import { explainFailure } from './apko-failure.ts'
import { readApkoLog, untilRepeated } from './apko-log.ts'
import { buildArguments } from './build-arguments.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { packagesFolder } from './local-repository.ts'
import { findMissingIndexes } from './missing-index.ts'
import { moveFolder } from './move-folder.ts'
import { readImage } from './read-image.ts'
import type { Workbench } from './workbench.ts'
import { indexSbomName, writeIndexSbom, writeSbom, type WrittenSbom } from './write-sboms.ts'

/**
 * Builds one image for all its architectures into `<output>/images/<name>/` (`layout`, `sbom`), which replaces an older one
 * only when all is well. Fails with what {@link explainFailure} says, IMAGE_FAILED, LAYOUT_INVALID or DISK_FULL.
 */
export async function buildImage(
  wish: ImageWish,
  request: ImagesRequest,
  { workbench, ports }: { readonly workbench: Workbench; readonly ports: Pick<Ports, 'log' | 'processes'> },
): Promise<BuiltImage> {
  const { file, architectures } = wish
  const stage = await mkdtemp(join(request.scratch, 'image-'))
  const apkoSbom = join(stage, 'apko-sbom')
  const [layout, sbom] = [join(stage, 'image', 'layout'), join(stage, 'image', 'sbom')]
  try {
    for (const folder of [layout, sbom, apkoSbom]) await mkdir(folder, { recursive: true })
    const args = await buildArguments(wish, request, { workbench, folders: { layout, sbom: apkoSbom } })
    await runApko(wish, request, { workbench, ports, args })
    const { index, platforms } = await readImage(layout, architectures)
    const folders = { layout, from: apkoSbom, to: sbom }
    const written = await Promise.all(platforms.map(platform => writeSbom(platform, folders)))
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
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? diskFull(error) : error
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

interface ApkoRun {
  readonly workbench: Workbench
  readonly ports: Pick<Ports, 'log' | 'processes'>
  readonly args: readonly string[]
}

async function runApko(
  { file, architectures }: ImageWish,
  { apko, options, sourceDateEpoch }: ImagesRequest,
  { workbench, ports, args }: ApkoRun,
): Promise<void> {
  const lines: string[] = []
  const track = ports.log.track(`apko ${file.name}`)
  const onLine = untilRepeated(line => {
    lines.push(line)
    track.line(line)
  })
  const epoch = sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) }
  const env = { TMPDIR: workbench.temp, ...epoch }
  const { code } = await ports.processes
    .run({ tool: apko.path, args, cwd: workbench.folder, env, onLine })
    .finally(() => track.end())
  if (code === 0) return
  const repositories = [
    ...file.repositories,
    ...file.buildRepositories,
    ...options.repositories,
    ...options.buildRepositories,
    ...(args.includes(packagesFolder) ? [packagesFolder] : []),
  ]
  const missing = await findMissingIndexes([...new Set(repositories)], architectures, workbench.folder)
  throw explainFailure({ file, apko, code, log: readApkoLog(lines), missing })
}

function platformImage({ platform, name, apks, added }: WrittenSbom, folder: string): PlatformImage {
  const { architecture, descriptor, size } = platform
  return {
    platform: architecture.platform,
    arch: architecture.name,
    manifest: descriptor,
    size,
    sbom: join(folder, name),
    installed: apks.map(apk => `${apk.name}-${apk.version}`),
    apks,
    addedToSbom: added,
  }
}

function diskFull(cause: Error): Failure {
  return new Failure('DISK_FULL', `the disk is full: ${cause.message}`, {
    hint: 'Free some space before this step, or take a bigger disk for the input "output" and the temporary files.',
    cause,
  })
}
