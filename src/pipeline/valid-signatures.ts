import { bundleType } from '../domain/attestation-type.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import type { Referrers } from '../oci/referrers.ts'
import { verifyBundle, type Trust, type Verified } from '../sigstore/verify-bundle.ts'

/** What is attached to a manifest and was found valid: a statement of this run's own signer. */
export interface ValidBundle extends Verified {
  /** The bundle's own JSON. */
  readonly json: string
}

/** Reads back every bundle of a subject and verifies it against our own identity; those of others, and broken ones, are left out. */
export async function findValidBundles(
  subject: Descriptor,
  { referrers, trust }: { referrers: Referrers; trust: Trust },
): Promise<readonly ValidBundle[]> {
  const entries = await referrers.list({ digest: subject.digest, artifactType: bundleType })
  const read = entries.map(async entry => {
    const { blob } = await referrers.read(entry)
    return verifiedOrNot(blob.toString(), subject, trust)
  })
  return (await Promise.all(read)).filter(bundle => bundle !== undefined)
}

function verifiedOrNot(json: string, subject: Descriptor, trust: Trust): ValidBundle | undefined {
  try {
    return {
      json,
      ...verifyBundle(subject.digest, JSON.parse(json), { trust, of: { digest: subject.digest } }),
    }
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return undefined
    throw error
  }
}
