import { dirname, join, relative } from 'node:path'
import type { ImageOfRecord } from '../domain/build-record.ts'
import type { World } from '../ports.ts'
import { imageRecord, makeDockerTar, makeImages, type ImagesWish, type MadeImage } from './make-images.ts'
import type { Plan } from './plan.ts'
import type { Logins } from './preflight.ts'
import type { ProvenanceWish } from './provenance-facts.ts'
import { pushMade, tagPushed, type PushedImage } from './publish.ts'
import type { RunRecorder } from './run-record.ts'
import type { ImageToSign } from './sign-stage.ts'
import type { SigningPlan } from './signing-plan.ts'

export interface ImageStagesWish extends Omit<ImagesWish, 'plan'> {
  readonly plan: Plan
  readonly logins: Logins
  readonly signing: SigningPlan | undefined
  readonly provenance: ProvenanceWish
}

export interface ImagesDone {
  readonly images: readonly ImageOfRecord[]
  /** Bundles beside the packages, relative to the output folder. */
  readonly packageBundles: readonly string[]
}

/** From apko files to tagged images: built, loaded when wanted, pushed by digest, signed and verified; tags move after all of that. */
export async function imageStages(
  wish: ImageStagesWish,
  { world, recorder }: { world: World; recorder: RunRecorder },
): Promise<ImagesDone> {
  const { plan, output, inputs, signing, logins } = wish
  const made = await recorder.wideStage('images', () => makeImages({ ...wish, plan: plan.images }, world))
  const records = new Map<MadeImage, ImageOfRecord>(made.map(image => [image, imageRecord(image, output)]))
  const add = (image: MadeImage, part: Partial<ImageOfRecord>): void => {
    records.set(image, { ...imageRecord(image, output), ...records.get(image), ...part })
  }
  if (plan.load || inputs.output !== undefined) {
    await recorder.stage(plan.load ? 'load' : 'docker tar', async () => {
      for (const image of made) {
        const { file, loaded } = await makeDockerTar(image, plan, world)
        add(image, { dockerTar: relative(output, file), loaded })
      }
    })
  }
  const pushed = plan.push
    ? await recorder.stage('push', () => inOrder(made, image => pushMade(image, logins, world)))
    : []
  let packageBundles: readonly string[] = []
  if (signing !== undefined) {
    const signed = await recorder.stage('sign', async () => {
      const { signStage } = await import('./sign-stage.ts')
      const packages = wish.repository?.packages.length ? wish.repository : undefined
      const images = pushed.map(imageToSign)
      const githubToken = inputs['github-token']
      return signStage({ ...wish, plan: signing, images, packages, githubToken }, world)
    })
    packageBundles = signed.packageBundles
    for (const [at, { made: image }] of pushed.entries()) add(image, { signed: signed.images[at] })
  }
  if (pushed.length > 0) {
    const tagged = await recorder.stage('tags', () => inOrder(pushed, image => tagPushed(image, world)))
    for (const { made: image, pushed: done } of tagged) add(image, { pushed: done })
  }
  return { images: [...records.values()], packageBundles }
}

function imageToSign({ made: { built }, destination }: PushedImage): ImageToSign {
  const { index, indexSbom, platforms, layout } = built
  return {
    destination,
    bundles: join(dirname(layout), 'bundles'),
    places: [
      { place: 'index', subject: index, sbom: indexSbom, apks: platforms.flatMap(({ apks }) => apks) },
      ...platforms.map(({ platform, manifest, sbom, apks }) => ({
        place: platform,
        subject: manifest,
        sbom,
        apks,
      })),
    ],
  }
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}
