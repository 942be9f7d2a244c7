import { relative } from 'node:path'
import type { ImageOfRecord } from '../domain/build-record.ts'
import type { World } from '../ports.ts'
import { imageRecord, makeDockerTar, makeImages, type ImagesWish, type MadeImage } from './make-images.ts'
import type { Plan } from './plan.ts'
import { pushMade, tagPushed } from './publish.ts'
import type { RunRecorder } from './run-record.ts'

export type ImageStagesWish = Omit<ImagesWish, 'plan'> & { readonly plan: Plan }

/** From apko files to tagged images: built, loaded when wanted, pushed by digest; tags move after all of that. */
export async function imageStages(
  wish: ImageStagesWish,
  { world, recorder }: { world: World; recorder: RunRecorder },
): Promise<readonly ImageOfRecord[]> {
  const { plan, output, inputs } = wish
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
  if (plan.push) {
    const pushed = await recorder.stage('push', () => inOrder(made, image => pushMade(image, inputs, world)))
    const tagged = await recorder.stage('tags', () => inOrder(pushed, image => tagPushed(image, world)))
    for (const { made: image, pushed: done } of tagged) add(image, { pushed: done })
  }
  return [...records.values()]
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}
