import { basename } from 'node:path'
import type { VerifyOfRecord } from '../domain/build-record.ts'
import type { RunContext } from '../domain/run-context.ts'
import type { Verification } from '../sigstore/verification.ts'
import { verifyTexts } from '../sigstore/verify-commands.ts'
import type { OpenSigning } from './open-signing.ts'

/** Commands and policies that verify an image as it was signed, with the right identity. */
export function verificationOf(
  image: { readonly repository: string; readonly digest: string },
  { plan, trust, services }: OpenSigning,
  { repository }: RunContext,
): readonly VerifyOfRecord[] {
  const { signer } = trust
  const verification: Verification = {
    image: image.repository,
    digest: image.digest,
    signer:
      'publicKey' in signer
        ? { publicKey: { pem: signer.publicKey, file: 'cosign.pub' } }
        : { identity: { subject: String(signer.identity.subject), issuer: signer.identity.issuer } },
    format: plan.format,
    sbom: plan.sbom,
    provenance: plan.provenance,
    attestTo: plan.attestTo,
    ...(repository === undefined ? {} : { repository }),
    services: {
      log: plan.log && services.rekor !== undefined,
      tsa: services.tsa !== undefined,
      fulcio: services.fulcio,
      ...(services.rekor === undefined ? {} : { rekor: services.rekor.url }),
      ...(services.trustedRoot === undefined ? {} : { trustedRoot: basename(services.trustedRoot) }),
    },
  }
  return verifyTexts(verification)
}
