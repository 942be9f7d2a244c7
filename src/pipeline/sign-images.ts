import type { World } from '../ports.ts'
import { signPayloads, type Payload, type SignedPayload } from '../sigstore/sign-payloads.ts'
import type { Attestation } from './image-attestations.ts'
import { attachBundles, verifyAttached } from './image-signatures.ts'
import { putLegacy, verifyLegacy } from './legacy-signatures.ts'
import type { OpenSigning } from './open-signing.ts'
import { findSigningWork, type PlaceWork, type SigningTask, type SigningWork } from './signing-work.ts'

/** Everything that was signed in one go. */
export interface SignedAll {
  /** What was made for each task, in their order; what was there already and valid is not among it. */
  readonly images: readonly (readonly SignedAttestation[])[]
  /** In the order of the files. */
  readonly files: readonly SignedPayload[]
}

export interface SignedAttestation {
  readonly attestation: Attestation
  readonly payload: SignedPayload
}

type MadeOf = (payload: Payload) => SignedPayload

/**
 * Signs and attests images where they are: looks what is missing, signs all of it at once, attaches it with one write per digest
 * and repository, reads everything back and verifies it. Fails with SIGNING_FAILED, SIGNATURE_INVALID, IDENTITY_MISSING or as the
 * registry does.
 */
export async function signImages(
  tasks: readonly SigningTask[],
  { signing, files }: { signing: OpenSigning; files: readonly Payload[] },
  world: World,
): Promise<SignedAll> {
  const works = await Promise.all(tasks.map(task => findSigningWork(task, signing, world)))
  const payloads = works.flatMap(({ statements, places }) => [
    ...statements.values(),
    ...places.flatMap(({ unsigned }) => unsigned.map(({ payload }) => payload)),
  ])
  world.log.info(
    `to be signed: ${payloads.length} of images, ${files.length} files; what is there and valid is left alone`,
  )
  const signed = await signPayloads([...payloads, ...files], { ...signing, world })
  const made = new Map(payloads.map((payload, at) => [payload, signed[at]] as const))
  const madeOf: MadeOf = payload => {
    const found = made.get(payload)
    if (found === undefined) throw new TypeError(`${payload.name} was not signed`)
    return found
  }
  const images = works.map(({ statements }) =>
    [...statements].map(([attestation, payload]) => ({ attestation, payload: madeOf(payload) })),
  )
  await Promise.all(works.flatMap(work => work.places.map(place => publish(place, { work, madeOf }, world))))
  return { images, files: signed.slice(payloads.length) }
}

async function publish(
  { bundles, legacy, missing, unsigned }: PlaceWork,
  { work, madeOf }: { work: SigningWork; madeOf: MadeOf },
  world: World,
): Promise<void> {
  const bundleOf = (attestation: Attestation): { readonly json: string } => {
    const payload = work.statements.get(attestation)
    const json = payload === undefined ? work.elsewhere.get(attestation) : madeOf(payload).json
    if (json === undefined) throw new TypeError(`${attestation.kind} of ${attestation.place} was not signed`)
    return { json }
  }
  await attachBundles(
    bundles,
    missing.map(attestation => [attestation, bundleOf(attestation)] as const),
    world,
  )
  await Promise.all(unsigned.map(({ subject, payload }) => putLegacy(subject, madeOf(payload), legacy)))
  await verifyAttached(bundles)
  await verifyLegacy(legacy)
}
