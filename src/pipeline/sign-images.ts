import type { Descriptor } from '../domain/image.ts'
import type { World } from '../ports.ts'
import { formatRepository } from '../oci/reference.ts'
import { openReferrers } from '../oci/referrers.ts'
import { openRepository } from '../oci/registry-client.ts'
import { signPayloads, type Payload, type SignedPayload } from '../sigstore/sign-payloads.ts'
import type { Attestation } from './image-attestations.ts'
import {
  attachBundles,
  missingAttestations,
  verifyAttached,
  type ImageSignatures,
} from './image-signatures.ts'
import {
  legacyPayload,
  missingLegacy,
  putLegacy,
  verifyLegacy,
  type LegacySignatures,
} from './legacy-signatures.ts'
import type { OpenSigning } from './open-signing.ts'
import type { Destination } from './publish.ts'

/** An image in a registry that is to be signed. */
export interface SigningTask {
  readonly destination: Destination
  /** What the registry shall hold: signatures, SBOMs, provenance. */
  readonly attached: readonly Attestation[]
  /** What is signed to be kept elsewhere. */
  readonly apart: readonly Attestation[]
  /** The index and every platform manifest. */
  readonly subjects: readonly Descriptor[]
}

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

/** What is left to do for a task. */
interface Work {
  readonly bundles: ImageSignatures
  readonly legacy: LegacySignatures
  readonly statements: readonly {
    readonly attestation: Attestation
    readonly payload: Payload
    readonly attach: boolean
  }[]
  readonly legacySubjects: readonly { readonly subject: Descriptor; readonly payload: Payload }[]
}

/**
 * Signs and attests images where they are: looks what is missing, signs all of it at once, attaches it with one write per digest,
 * reads everything back and verifies it. Fails with SIGNING_FAILED, SIGNATURE_INVALID, IDENTITY_MISSING or as the registry does.
 */
export async function signImages(
  tasks: readonly SigningTask[],
  { signing, files }: { signing: OpenSigning; files: readonly Payload[] },
  world: World,
): Promise<SignedAll> {
  const works = await Promise.all(tasks.map(task => findWork(task, signing, world)))
  const payloads = works.flatMap(({ statements, legacySubjects }) =>
    [...statements, ...legacySubjects].map(({ payload }) => payload),
  )
  world.log.info(
    `to be signed: ${payloads.length} of images, ${files.length} files; what is there and valid is left alone`,
  )
  const signed = await signPayloads([...payloads, ...files], { ...signing, world })
  const made = new Map(payloads.map((payload, at) => [payload, signed[at]] as const))
  const madeOf = (payload: Payload): SignedPayload => {
    const found = made.get(payload)
    if (found === undefined) throw new TypeError(`${payload.name} was not signed`)
    return found
  }
  const images = works.map(({ statements }) =>
    statements.map(({ attestation, payload }) => ({ attestation, payload: madeOf(payload) })),
  )
  await Promise.all(works.map(work => publish(work, madeOf, world)))
  return { images, files: signed.slice(payloads.length) }
}

async function findWork(task: SigningTask, { plan, trust }: OpenSigning, world: World): Promise<Work> {
  const referrers = openReferrers(task.destination, world)
  const wanted = task.attached.filter(({ kind }) => kind !== 'signature' || plan.format !== 'legacy')
  const legacy: LegacySignatures = {
    referrers,
    trust,
    registry: openRepository(task.destination, world),
    repository: formatRepository(task.destination.repository),
    subjects: plan.format === 'bundle' ? [] : task.subjects,
  }
  const bundles = { referrers, trust, wanted }
  if (wanted.length > 0) await Promise.all(task.subjects.map(({ digest }) => referrers.probe(digest)))
  const [missing, unsigned] = await Promise.all([missingAttestations(bundles), missingLegacy(legacy)])
  const statementOf = (attestation: Attestation, attach: boolean): Work['statements'][number] => {
    const { kind, place, statement } = attestation
    return { attestation, attach, payload: { kind: 'statement', name: `${kind} of ${place}`, statement } }
  }
  return {
    bundles,
    legacy,
    statements: [
      ...missing.map(attestation => statementOf(attestation, true)),
      ...task.apart.map(attestation => statementOf(attestation, false)),
    ],
    legacySubjects: unsigned.map(subject => ({ subject, payload: legacyPayload(subject, legacy) })),
  }
}

async function publish(work: Work, madeOf: (payload: Payload) => SignedPayload, world: World): Promise<void> {
  const { bundles, legacy, statements, legacySubjects } = work
  const attached = statements.filter(({ attach }) => attach)
  await attachBundles(
    bundles,
    attached.map(({ attestation, payload }) => [attestation, madeOf(payload)] as const),
    world,
  )
  await Promise.all(legacySubjects.map(({ subject, payload }) => putLegacy(subject, madeOf(payload), legacy)))
  await verifyAttached(bundles)
  await verifyLegacy(legacy)
}
