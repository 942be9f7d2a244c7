import { Failure } from '../domain/failure.ts'
import type { Access } from './access.ts'

/** The same failure with another next step, when it is a refusal that waiting does not cure; else the error itself. */
export function withHint(error: unknown, hint: string): unknown {
  if (!(error instanceof Failure) || error.code !== 'REGISTRY_FAILED') return error
  return new Failure(error.code, error.message, { hint, cause: error.cause })
}

/** What to do about a registry that refuses manifests with a subject. */
export function withoutSubjects({ repository }: Access): string {
  return `${repository.registry} does not seem to take artifacts that name a subject (OCI 1.1). ${otherWays}`
}

/** What to do about a registry that has no referrers API and refuses the tag that stands in for it. */
export function withoutReferrers({ repository }: Access): string {
  return `${repository.registry} has no referrers API, and does not keep the tag sha256-<digest> that stands in for it (distribution spec v1.1). A rule that makes tags immutable has to leave such tags out. ${otherWays}`
}

/** What to do about a registry that refuses the tag of the legacy form. */
export function withoutTag({ repository }: Access): string {
  return `Signatures of the legacy form are kept at tags named sha256-<digest>.sig, to which each signature adds: a rule of ${repository.registry} that makes tags immutable has to leave them out.`
}

const otherWays =
  'Else sign with "signature-format: legacy", attest with "attest-to: github", or use another registry.'
