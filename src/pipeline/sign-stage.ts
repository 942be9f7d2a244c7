import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { SignaturesOfRecord } from '../domain/build-record.ts'
import type { LocalRepository } from '../domain/package.ts'
import { formatRepository } from '../oci/reference.ts'
import type { World } from '../ports.ts'
import type { Trust } from '../sigstore/verify-bundle.ts'
import type { Destination } from './destination.ts'
import { uploadToGithub } from './github-upload.ts'
import { attestationsOf, type Attestation, type AttestedPlace } from './image-attestations.ts'
import { openSigning, type OpenSigning } from './open-signing.ts'
import { packagePayloads } from './package-signatures.ts'
import { provenanceFacts, type ProvenanceWish } from './provenance-facts.ts'
import { signImages, type SignedAttestation } from './sign-images.ts'
import type { SigningPlan } from './signing-plan.ts'
import type { SigningTask } from './signing-work.ts'
import { verificationOf } from './verification-facts.ts'

export interface SignStageWish {
  readonly plan: SigningPlan
  readonly images: readonly ImageToSign[]
  readonly packages: LocalRepository | undefined
  /** Undefined when nothing is known of the build. */
  readonly provenance: ProvenanceWish | undefined
  readonly githubToken: string | undefined
  /** Absolute path of the output folder. */
  readonly output: string
}

/** An image that is in registries by its digest. */
export interface ImageToSign {
  /** The primary first. */
  readonly destinations: readonly Destination[]
  /** The index first. */
  readonly places: readonly AttestedPlace[]
  /** Absolute path of the folder that its bundles are kept in. */
  readonly bundles: string
}

export interface SignedStage {
  /** In the order of the images. */
  readonly images: readonly SignaturesOfRecord[]
  /** Bundles beside the packages, relative to the output folder. */
  readonly packageBundles: readonly string[]
}

/** Signs and attests images and packages, reads back and verifies what is in the registry, and keeps every bundle in the output folder. */
export async function signStage(wish: SignStageWish, world: World): Promise<SignedStage> {
  const { plan, output, packages } = wish
  const signing = await openSigning(plan, world)
  const builder = builderOf(signing.trust.signer)
  const facts =
    plan.provenance && wish.provenance ? provenanceFacts(wish.provenance, builder, world) : undefined
  const tasks = await Promise.all(
    wish.images.map(async ({ destinations, places }): Promise<SigningTask> => {
      const [repository = ''] = namesOf(destinations)
      const all = await attestationsOf({
        repository,
        places,
        sbom: plan.sbom,
        provenance: facts,
        scannedBy: { builder, run: world.context.url ?? '' },
      })
      const inRegistry = ({ kind }: Attestation): boolean => kind === 'signature' || plan.attestTo.registry
      return {
        destinations,
        attached: all.filter(inRegistry),
        apart: all.filter(each => !inRegistry(each)),
        subjects: places.map(({ subject }) => subject),
      }
    }),
  )
  const files = packages === undefined ? [] : packagePayloads(packages, facts)
  const signed = await signImages(tasks, { signing, files: files.map(({ payload }) => payload) }, world)
  const packageBundles = await Promise.all(
    files.map(async ({ bundle }, at) => {
      await writeFile(bundle, signed.files[at]?.json ?? '')
      return relative(output, bundle)
    }),
  )
  const images = wish.images.map(async (image, at) => {
    const made = signed.images[at] ?? []
    const github = await uploadToGithub(
      made,
      { plan, token: wish.githubToken, destinations: image.destinations },
      world,
    )
    return signaturesOf({ image, made, github, signing, output }, world)
  })
  return { images: await Promise.all(images), packageBundles }
}

interface Done {
  readonly image: ImageToSign
  readonly made: readonly SignedAttestation[]
  readonly github: readonly string[]
  readonly signing: OpenSigning
  readonly output: string
}

async function signaturesOf(
  { image, made, github, signing, output }: Done,
  world: World,
): Promise<SignaturesOfRecord> {
  await mkdir(image.bundles, { recursive: true })
  const bundles = made.map(async ({ attestation: { kind, place, subject }, payload }) => {
    const file = join(image.bundles, `${place.replaceAll('/', '-')}.${kind}.sigstore.json`)
    await writeFile(file, payload.json)
    return { kind, place, digest: subject.digest, file: relative(output, file) }
  })
  const { signer } = signing.trust
  const digest = image.places[0]?.subject.digest ?? ''
  const verify = namesOf(image.destinations).map(repository =>
    verificationOf({ repository, digest }, signing, world.context),
  )
  return {
    signer:
      'publicKey' in signer
        ? signer
        : { subject: String(signer.identity.subject), issuer: signer.identity.issuer },
    bundles: await Promise.all(bundles),
    github,
    verify: [
      ...(verify[0] ?? []),
      // Policies are made for the primary repository; for the others the commands are enough.
      ...verify.slice(1).flatMap(texts => texts.filter(({ language }) => language === 'sh')),
    ],
  }
}

function namesOf(destinations: readonly Destination[]): readonly string[] {
  return destinations.map(({ repository }) => formatRepository(repository))
}

/** Who built it, as verifiers of provenance know them: the identity that signs. With a key nobody vouches for more than this program. */
function builderOf(signer: Trust['signer']): string {
  return 'publicKey' in signer ? 'https://github.com/org/giropops-build' : String(signer.identity.subject)
}
