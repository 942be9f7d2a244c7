import type { ImageOfRecord } from '../domain/build-record.ts'
import type { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { eachAlone, partOutcomes, type Outcome } from '../domain/outcome.ts'
import type { World } from '../ports.ts'
import { beside } from './beside.ts'
import { imageRecord, makeImages, type ImagesWish, type MadeImage } from './make-images.ts'
import type { Plan } from './plan.ts'
import type { Destinations } from './preflight.ts'
import type { ProvenanceWish } from './provenance-facts.ts'
import { placeImages, pushPlaced, type PlacedImage, type PushedImage } from './publish.ts'
import { reproduceImages } from './reproduce.ts'
import type { RunRecorder } from './run-record.ts'
import { scanAndPack } from './scan-and-pack.ts'
import type { ScanSource } from './start-scanner.ts'
import type { SigningPlan } from './signing-plan.ts'
import { pushedRecord, tagImages, tellNew } from './tag-images.ts'

export interface ImageStagesWish extends Omit<ImagesWish, 'plan'> {
  readonly plan: Plan
  readonly destinations: Destinations
  /** Names of the destinations that are packages on GitHub which do not exist yet. */
  readonly newPackages: ReadonlySet<string>
  readonly signing: SigningPlan | undefined
  readonly provenance: ProvenanceWish
  /** Undefined when nothing is scanned. */
  readonly scan: ScanSource | undefined
}

interface StageTools {
  readonly world: World
  readonly recorder: RunRecorder
}

export interface ImagesDone {
  readonly images: readonly ImageOfRecord[]
  /** Bundles beside the packages, relative to the output folder. */
  readonly packageBundles: readonly string[]
  /** Why some images did not get to their tags; the others did. */
  readonly failures: readonly Failure[]
}

/**
 * From apko files to tagged images: built, scanned, loaded when wanted, pushed by digest, signed and verified; tags move after all of
 * that. Images do not depend on one another: one that fails does not get further, the others do. Throws when none is left, save
 * when findings stopped them: those are to be reported.
 */
export async function imageStages(wish: ImageStagesWish, tools: StageTools): Promise<ImagesDone> {
  const uploads: Promise<void>[] = []
  try {
    return await runStages(wish, { ...tools, uploads })
  } finally {
    await Promise.all(uploads)
  }
}

async function runStages(
  wish: ImageStagesWish,
  { world, recorder, uploads }: StageTools & { readonly uploads: Promise<void>[] },
): Promise<ImagesDone> {
  const { plan, output, inputs } = wish
  const records = new Map<string, ImageOfRecord>()
  const add = ({ plan: { file } }: MadeImage, part: Partial<ImageOfRecord>): void => {
    const record = records.get(file.file)
    if (record !== undefined) records.set(file.file, { ...record, ...part })
  }
  const failures: Failure[] = []
  const goOn = <T>(outcomes: readonly Outcome<T>[]): readonly T[] => {
    const { values, failed } = partOutcomes(outcomes)
    failures.push(...failed)
    if (values.length === 0) throwIfAny(failures)
    return values
  }
  const imagesWish = { ...wish, plan: plan.images }
  const images = recorder.wideStage('images', () => makeImages(imagesWish, world))
  const [outcomes, scanner] = await beside(images, Promise.resolve(wish.scan?.scanner))
  let made = goOn(outcomes)
  for (const image of made) records.set(image.plan.file.file, imageRecord(image, output))
  if (inputs.reproduce) {
    made = goOn(await recorder.wideStage('reproduce', () => reproduceImages(made, imagesWish, world)))
    for (const image of made) add(image, { reproduced: true })
  }
  const { passed, scans, upload, parts, ...more } = await scanAndPack(
    made,
    { ...wish, scanner },
    { world, recorder },
  )
  uploads.push(upload)
  for (const [image, part] of parts) add(image, part)
  failures.push(...more.failures)
  made = passed
  if (made.length === 0) return stopped({ images: [...records.values()], packageBundles: [], failures })
  const tagging = { options: { allowRetag: inputs['allow-retag'] }, age: wish }
  let pushed: readonly PushedImage[] = []
  if (plan.push) {
    const pushAll = async (): Promise<readonly Outcome<PushedImage>[]> => {
      const placed = await placeImages(made, { ...tagging, destinations: wish.destinations }, world)
      return eachAlone(placed, (image: PlacedImage) => pushPlaced(image, world))
    }
    pushed = goOn(await recorder.stage('push', pushAll))
  }
  let packageBundles: readonly string[] = []
  if (wish.signing !== undefined) {
    const { signing } = wish
    const { signEach } = await import('./sign-each.ts')
    const signed = await recorder.stage('sign', () =>
      signEach(pushed, { ...wish, plan: signing, scans }, world),
    )
    failures.push(...signed.failures)
    packageBundles = signed.packageBundles
    pushed = goOn(signed.images).map(({ image, signatures }) => {
      add(image.made, { signed: signatures })
      return image
    })
  }
  if (pushed.length > 0) {
    const tagged = goOn(await recorder.stage('tags', () => tagImages(pushed, tagging, world)))
    for (const { made: image, places } of tagged) add(image, pushedRecord(places, wish.newPackages))
    tellNew(tagged, wish.newPackages, world)
  }
  return { images: [...records.values()], packageBundles, failures }
}

/** The end of a run none of whose images goes on: what findings stopped is reported, anything else thrown. */
function stopped(done: ImagesDone): ImagesDone {
  if (done.images.every(({ scan }) => scan === undefined)) throwIfAny(done.failures)
  return done
}
