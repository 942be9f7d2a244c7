import { join, relative, resolve } from 'node:path'
import { buildImages } from '../apko/build-images.ts'
import { writeDockerTar } from '../apko/docker-tar.ts'
import { loadImage } from '../apko/load.ts'
import type { ImageOfRecord } from '../domain/build-record.ts'
import type { BuiltImage } from '../domain/image.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Tool } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import type { ImagePlan } from './plan.ts'

export interface ImagesWish {
  readonly inputs: Inputs<'build'> | Inputs<'image'>
  readonly plan: readonly ImagePlan[]
  readonly apko: Tool
  /** The packages of this run, or of the step before. */
  readonly repository: LocalRepository | undefined
  /** Absolute path of the output folder. */
  readonly output: string
  readonly sourceDateEpoch: number | undefined
  /** Absolute path of the folder that apko works in; one of the run's own when left out. */
  readonly scratch?: string
  /** Absolute path of the folder that apko keeps what it downloads in. */
  readonly downloads: string
}

/** An image with the plan it was made by. */
export interface MadeImage {
  readonly plan: ImagePlan
  readonly built: BuiltImage
}

/** Builds every planned image into `<output>/images/<name>`; answers what came of each, in their order. */
export async function makeImages(wish: ImagesWish, world: World): Promise<readonly Outcome<MadeImage>[]> {
  const { inputs, plan, repository, sourceDateEpoch } = wish
  const { workspace, temp } = world.machine
  const outcomes = await buildImages(
    {
      images: plan.map(({ file, architectures, name, tags, lock, marks }) => ({
        file,
        architectures,
        reference: `${name}:${tags[0]}`,
        ...(lock === undefined ? {} : { lock }),
        ...(marks === undefined ? {} : { marks }),
      })),
      apko: wish.apko,
      workspace,
      scratch: wish.scratch ?? join(temp, 'apko'),
      output: wish.output,
      ...(repository === undefined ? {} : { repository }),
      ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
      options: {
        keyring: inputs['keyring-append'].map(path => absolute(path, workspace)),
        repositories: inputs['repository-append'],
        buildRepositories: inputs['build-repository-append'],
        packages: inputs['package-append'],
        cacheDir: wish.downloads,
        vcs: inputs['vcs-url'],
        extraArgs: inputs['apko-args'],
      },
    },
    world,
  )
  return outcomes.map((outcome, at) => {
    const planned = plan[at]
    if (planned === undefined) throw new TypeError('more images were built than planned')
    return 'value' in outcome ? { value: { plan: planned, built: outcome.value } } : outcome
  })
}

/** Writes an image's docker tar and, when wanted, loads it; answers where the tar is and the names loaded. */
export async function makeDockerTar(
  { plan, built }: MadeImage,
  { load }: { load: boolean },
  world: World,
): Promise<{ file: string; loaded: readonly string[] }> {
  const file = join(built.layout, '..', `${built.name}.tar`)
  await writeDockerTar({
    image: built,
    tags: plan.tags.map(tag => `${plan.name}:${tag}`),
    host: world.machine.architecture,
    file,
  })
  return { file, loaded: load ? await loadImage({ tar: file }, world) : [] }
}

export function imageRecord({ plan, built }: MadeImage, output: string): ImageOfRecord {
  const at = (path: string): string => relative(output, path)
  const sboms = [...built.platforms.map(({ sbom }) => sbom), built.indexSbom]
  return {
    name: plan.name,
    config: built.config,
    digest: built.index.digest,
    size: built.platforms.reduce((sum, { size }) => sum + size, 0),
    layout: at(built.layout),
    sboms: sboms.map(at),
    loaded: [],
    ...(built.lock === undefined ? {} : { lock: built.lock }),
    platforms: built.platforms.map(({ platform, arch, manifest, size, sbom, apks, addedToSbom }) => ({
      platform,
      arch,
      digest: manifest.digest,
      size,
      sbom: at(sbom),
      packages: apks,
      addedToSbom,
    })),
  }
}

function absolute(path: string, workspace: string): string {
  return URL.canParse(path) ? path : resolve(workspace, path)
}
