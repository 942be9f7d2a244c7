import { dirname, join } from 'node:path'
import type { SignaturesOfRecord } from '../domain/build-record.ts'
import type { ScanOfRecord } from '../domain/scan-record.ts'
import type { Failure } from '../domain/failure.ts'
import { eachAlone, foreseen, type Outcome } from '../domain/outcome.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import type { ProvenanceWish } from './provenance-facts.ts'
import type { PushedImage } from './publish.ts'
import { signStage, type ImageToSign } from './sign-stage.ts'
import type { SigningPlan } from './signing-plan.ts'

export interface SignEachWish {
  readonly plan: SigningPlan
  readonly inputs: Pick<Inputs<'image'>, 'github-token'>
  readonly repository: LocalRepository | undefined
  readonly provenance: ProvenanceWish
  /** Absolute path of the output folder. */
  readonly output: string
  /** What was found in each image, by its apko file. */
  readonly scans: ReadonlyMap<string, ScanOfRecord>
}

export interface SignedImage {
  readonly image: PushedImage
  readonly signatures: SignaturesOfRecord
}

export interface SignedEach {
  /** In the order of the images. */
  readonly images: readonly Outcome<SignedImage>[]
  /** Bundles beside the packages, relative to the output folder. */
  readonly packageBundles: readonly string[]
  /** Of the packages. */
  readonly failures: readonly Failure[]
}

/**
 * Signs images and packages in one go; when that fails and there are several images, the packages and each image alone, so that
 * one does not stop the others. What was signed by then is found to be valid and not signed again.
 */
export async function signEach(
  pushed: readonly PushedImage[],
  wish: SignEachWish,
  world: World,
): Promise<SignedEach> {
  const repository = wish.repository?.packages.length ? wish.repository : undefined
  const githubToken = wish.inputs['github-token']
  const sign = (images: readonly PushedImage[], packages: LocalRepository | undefined) =>
    signStage(
      { ...wish, images: images.map(image => imageToSign(image, wish.scans)), packages, githubToken },
      world,
    )
  const signOne = async (image: PushedImage): Promise<SignedImage> =>
    signedImage(image, (await sign([image], undefined)).images[0])
  try {
    const { images, packageBundles } = await sign(pushed, repository)
    return {
      images: pushed.map((image, at) => ({ value: signedImage(image, images[at]) })),
      packageBundles,
      failures: [],
    }
  } catch (error) {
    const failures = foreseen(error)
    if (pushed.length === 0) throw error
    if (pushed.length === 1) return { images: [{ failures }], packageBundles: [], failures: [] }
    const [alone] = repository === undefined ? [] : await eachAlone([repository], each => sign([], each))
    return {
      images: await eachAlone(pushed, signOne),
      packageBundles: alone !== undefined && 'value' in alone ? alone.value.packageBundles : [],
      failures: alone !== undefined && 'failures' in alone ? alone.failures : [],
    }
  }
}

function signedImage(image: PushedImage, signatures: SignaturesOfRecord | undefined): SignedImage {
  if (signatures === undefined) throw new TypeError(`${image.made.plan.name} was not signed`)
  return { image, signatures }
}

function imageToSign(
  { made: { plan, built }, places }: PushedImage,
  scans: ReadonlyMap<string, ScanOfRecord>,
): ImageToSign {
  const { index, indexSbom, platforms, layout } = built
  const scan = scans.get(plan.file.file)
  return {
    destinations: places.map(({ destination }) => destination),
    bundles: join(dirname(layout), 'bundles'),
    places: [
      { place: 'index', subject: index, sbom: indexSbom, apks: platforms.flatMap(({ apks }) => apks), scan },
      ...platforms.map(({ platform, manifest, sbom, apks }) => ({
        place: platform,
        subject: manifest,
        sbom,
        apks,
        scan,
      })),
    ],
  }
}
