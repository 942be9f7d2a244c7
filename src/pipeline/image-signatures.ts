import { isDeepStrictEqual } from 'node:util'
import { bundleType } from '../domain/attestation-type.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { asObject } from '../domain/json-object.ts'
import type { Referrers } from '../oci/referrers.ts'
import type { World } from '../ports.ts'
import type { Trust } from '../sigstore/verify-bundle.ts'
import type { Attestation } from './image-attestations.ts'
import { findValidBundles, type ValidBundle } from './valid-signatures.ts'

/** The attestations of one image that live in its registry. */
export interface ImageSignatures {
  readonly referrers: Referrers
  readonly trust: Trust
  readonly wanted: readonly Attestation[]
}

/** Those that are attached and valid, each with its bundle (JSON): what is there is not made again. */
export async function findAttached(image: ImageSignatures): Promise<ReadonlyMap<Attestation, string>> {
  const found = subjectsOf(image.wanted).map(async subject => {
    const valid = await findValidBundles(subject, image)
    return image.wanted.flatMap(each => {
      const bundle = each.subject === subject ? valid.find(one => covers(one, each)) : undefined
      return bundle === undefined ? [] : [[each, bundle.json] as const]
    })
  })
  return new Map((await Promise.all(found)).flat())
}

/** Attaches bundles, one write of referrers per digest. */
export async function attachBundles(
  { referrers }: Pick<ImageSignatures, 'referrers'>,
  signed: readonly (readonly [Attestation, { readonly json: string }])[],
  { clock }: Pick<World, 'clock'>,
): Promise<void> {
  const created = clock.now().toISOString()
  const subjects = subjectsOf(signed.map(([attestation]) => attestation))
  await Promise.all(
    subjects.map(subject =>
      referrers.attach({
        subject,
        artifacts: signed
          .filter(([attestation]) => attestation.subject === subject)
          .map(([{ statement }, { json }]) => ({
            artifactType: bundleType,
            blob: Buffer.from(json),
            blobMediaType: bundleType,
            annotations: {
              'org.opencontainers.image.created': created,
              'dev.sigstore.bundle.content': 'dsse-envelope',
              'dev.sigstore.bundle.predicateType': statement.predicateType,
            },
          })),
      }),
    ),
  )
}

/** Reads everything back from the registry and verifies it. Fails with SIGNATURE_INVALID when anything that is wanted is not there. */
export async function verifyAttached(image: ImageSignatures): Promise<void> {
  const attached = await findAttached(image)
  const missing = image.wanted.find(each => !attached.has(each))
  if (missing === undefined) return
  const { kind, place, subject } = missing
  throw new Failure(
    'SIGNATURE_INVALID',
    `the ${kind} of ${place} (${subject.digest}) cannot be read back from the registry as valid`,
    {
      hint: 'Nothing was tagged. Run again: what is there and valid is not made twice.',
    },
  )
}

function subjectsOf(attestations: readonly Attestation[]): readonly Descriptor[] {
  return [...new Set(attestations.map(({ subject }) => subject))]
}

/**
 * Provenance of an earlier attempt tells other times; one is enough for a digest. So do findings: one is enough as long as scanner,
 * database and findings are the same.
 */
function covers(bundle: ValidBundle, { kind, statement }: Attestation): boolean {
  if (bundle.predicateType !== statement.predicateType) return false
  if (kind === 'vulnerabilities')
    return isDeepStrictEqual(scannerOf(bundle.predicate), scannerOf(statement.predicate))
  return kind !== 'sbom' || isDeepStrictEqual(bundle.predicate, statement.predicate)
}

function scannerOf(predicate: unknown): unknown {
  return asObject(predicate)?.['scanner']
}
