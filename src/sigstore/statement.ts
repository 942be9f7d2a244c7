import { vulnerabilitiesType } from '../domain/attestation-type.ts'
import { hexOf, type Digest } from '../domain/digest.ts'

/** An in-toto statement (attestation framework v1): what is said of which artifacts. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: unknown
}

export interface Subject {
  readonly name?: string
  readonly digest: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** The types of statements that we make. cosign's own short names from the second on are `spdxjson`, `slsaprovenance1` and `vuln`. */
export const predicateTypes = {
  signature: 'https://sigstore.dev/cosign/sign/v1',
  spdx: 'https://spdx.dev/Document',
  provenance: 'https://slsa.dev/provenance/v1',
  vulnerabilities: vulnerabilitiesType,
} as const

/** The signature of an image, as cosign 3 makes it: a statement that says nothing but the digest. */
export function signatureStatement(
  digest: Digest,
  annotations: Readonly<Record<string, string>> = {},
): Statement {
  return about([{ digest: { sha256: hexOf(digest) }, annotations }], predicateTypes.signature, {})
}

/** What an image or file consists of. `document` is SPDX 2.x JSON, passed on as it is. */
export function spdxStatement(subject: Subject, document: unknown): Statement {
  return about([subject], predicateTypes.spdx, document)
}

/** How the subjects were built; `predicate` is provenancePredicate's. */
export function provenanceStatement(subjects: readonly Subject[], predicate: unknown): Statement {
  return about(subjects, predicateTypes.provenance, predicate)
}

/** What was found in the subject; `predicate` is vulnerabilityPredicate's. */
export function vulnerabilityStatement(subject: Subject, predicate: unknown): Statement {
  return about([subject], predicateTypes.vulnerabilities, predicate)
}

/** An image or one of its platforms, by the name of its repository; a file by its own name. */
export function subjectOf(name: string, digest: Digest): Subject {
  return { name, digest: { sha256: hexOf(digest) } }
}

function about(subject: readonly Subject[], predicateType: string, predicate: unknown): Statement {
  return { _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate }
}
