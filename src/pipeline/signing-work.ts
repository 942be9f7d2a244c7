import type { Descriptor } from '../domain/image.ts'
import { formatRepository } from '../oci/reference.ts'
import { openReferrers } from '../oci/referrers.ts'
import { openRepository } from '../oci/registry-client.ts'
import type { World } from '../ports.ts'
import type { Payload } from '../sigstore/sign-payloads.ts'
import type { Destination } from './destination.ts'
import type { Attestation } from './image-attestations.ts'
import { findAttached, type ImageSignatures } from './image-signatures.ts'
import { legacyPayload, missingLegacy, type LegacySignatures } from './legacy-signatures.ts'
import type { OpenSigning } from './open-signing.ts'

/** An image that is to be signed. */
export interface SigningTask {
  /** Where it is; each gets the same bundles. */
  readonly destinations: readonly Destination[]
  /** What the registries shall hold: signatures, SBOMs, provenance. */
  readonly attached: readonly Attestation[]
  /** What is signed to be kept elsewhere. */
  readonly apart: readonly Attestation[]
  /** The index and every platform manifest. */
  readonly subjects: readonly Descriptor[]
}

/** What is left to do for an image. */
export interface SigningWork {
  readonly places: readonly PlaceWork[]
  /** What is to be signed, once for all places. */
  readonly statements: ReadonlyMap<Attestation, Payload>
  /** Bundles (JSON) that one of the places has already, to be copied to the others. */
  readonly elsewhere: ReadonlyMap<Attestation, string>
}

/** What is left to do for an image in one repository. */
export interface PlaceWork {
  readonly bundles: ImageSignatures
  readonly legacy: LegacySignatures
  readonly missing: readonly Attestation[]
  /** Subjects without a signature of the legacy form, which names the repository: each is signed for this place alone. */
  readonly unsigned: readonly { readonly subject: Descriptor; readonly payload: Payload }[]
}

/** Reads and verifies what is attached to an image in all its repositories, and finds what is missing where. */
export async function findSigningWork(
  task: SigningTask,
  signing: OpenSigning,
  world: World,
): Promise<SigningWork> {
  const found = await Promise.all(
    task.destinations.map(destination => findPlaceWork(destination, { task, signing }, world)),
  )
  const elsewhere = new Map(found.flatMap(({ attached }) => [...attached]))
  const missing = new Set(found.flatMap(({ place }) => place.missing).filter(each => !elsewhere.has(each)))
  return {
    places: found.map(({ place }) => place),
    elsewhere,
    statements: new Map(
      [...missing, ...task.apart].map(attestation => [attestation, payloadOf(attestation)]),
    ),
  }
}

async function findPlaceWork(
  destination: Destination,
  { task, signing: { plan, trust } }: { task: SigningTask; signing: OpenSigning },
  world: World,
): Promise<{ readonly place: PlaceWork; readonly attached: ReadonlyMap<Attestation, string> }> {
  const referrers = openReferrers(destination, world)
  const wanted = task.attached.filter(({ kind }) => kind !== 'signature' || plan.format !== 'legacy')
  const legacy: LegacySignatures = {
    referrers,
    trust,
    registry: openRepository(destination, world),
    repository: formatRepository(destination.repository),
    subjects: plan.format === 'bundle' ? [] : task.subjects,
  }
  const bundles = { referrers, trust, wanted }
  if (wanted.length > 0) await Promise.all(task.subjects.map(({ digest }) => referrers.probe(digest)))
  const [attached, unsigned] = await Promise.all([findAttached(bundles), missingLegacy(legacy)])
  return {
    attached,
    place: {
      bundles,
      legacy,
      missing: wanted.filter(each => !attached.has(each)),
      unsigned: unsigned.map(subject => ({ subject, payload: legacyPayload(subject, legacy) })),
    },
  }
}

function payloadOf({ kind, place, statement }: Attestation): Payload {
  return { kind: 'statement', name: `${kind} of ${place}`, statement }
}
