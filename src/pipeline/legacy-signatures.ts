import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import type { Referrers } from '../oci/referrers.ts'
import type { Repository } from '../oci/registry-client.ts'
import { parseManifest } from '../oci/manifest.ts'
import { bundleOfLayer } from '../sigstore/legacy-bundle.ts'
import { legacyImage, legacyLayer, legacyTag, simpleSigning } from '../sigstore/legacy-form.ts'
import type { Payload, SignedPayload } from '../sigstore/sign-payloads.ts'
import { verifyBundle, type Trust } from '../sigstore/verify-bundle.ts'

/** Signatures of an image in the form of cosign before 3: the tag `sha256-<hex>.sig`. */
export interface LegacySignatures {
  readonly referrers: Referrers
  readonly registry: Pick<Repository, 'getManifest'>
  /** `ghcr.io/owner/name` */
  readonly repository: string
  readonly trust: Trust
  /** The index and every platform manifest. */
  readonly subjects: readonly Descriptor[]
}

/** The subjects that have no valid signature of ours in this form. */
export async function missingLegacy(image: LegacySignatures): Promise<readonly Descriptor[]> {
  const signed = await Promise.all(image.subjects.map(subject => isSigned(subject, image)))
  return image.subjects.filter((_, at) => signed[at] !== true)
}

/** What is to be signed for a subject. */
export function legacyPayload(
  { digest }: Descriptor,
  { repository }: Pick<LegacySignatures, 'repository'>,
): Payload & { kind: 'blob' } {
  return {
    kind: 'blob',
    name: `${digest} (legacy form)`,
    read: async () => simpleSigning(repository, digest),
  }
}

/** Adds a signature to the `.sig` image of its subject. */
export async function putLegacy(
  subject: Descriptor,
  signed: SignedPayload,
  image: LegacySignatures,
): Promise<void> {
  const layer = legacyLayer(simpleSigning(image.repository, subject.digest), signed)
  await image.referrers.putImageTag({
    tag: legacyTag(subject.digest),
    layers: [layer],
    compose: (before, added) =>
      legacyImage(
        before,
        added.map(({ bytes, descriptor }) => ({ bytes: Buffer.from(bytes), descriptor })),
      ),
  })
}

/** Reads every signature back and verifies it. Fails with SIGNATURE_INVALID. */
export async function verifyLegacy(image: LegacySignatures): Promise<void> {
  const [missing] = await missingLegacy(image)
  if (missing === undefined) return
  throw new Failure(
    'SIGNATURE_INVALID',
    `the legacy signature of ${missing.digest} cannot be read back from the registry as valid`,
    {
      hint: 'Nothing was tagged. Run again: what is there and valid is not made twice.',
    },
  )
}

async function isSigned({ digest }: Descriptor, image: LegacySignatures): Promise<boolean> {
  const found = await image.registry.getManifest(legacyTag(digest))
  if (found === undefined) return false
  const manifest = parseManifest(found.bytes, found.descriptor.mediaType)
  if (!('layers' in manifest)) return false
  const payload = simpleSigning(image.repository, digest)
  return manifest.layers.some(layer => {
    const bundle = bundleOfLayer(layer)
    return bundle !== undefined && isValid(bundle, payload, image.trust)
  })
}

function isValid(bundle: unknown, payload: Buffer, trust: Trust): boolean {
  try {
    verifyBundle('a legacy signature', bundle, { trust, of: { blob: payload } })
    return true
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}
