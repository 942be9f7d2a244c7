import type { Identity } from './claims.ts'
import { predicateTypes } from './statement.ts'

/** What people who verify an image have to know. */
export interface Verification {
  /** `ghcr.io/acme/app` */
  readonly image: string
  /** Of the index. */
  readonly digest: string
  readonly signer: { readonly identity: Identity } | { readonly publicKey: PublicKeyPlace }
  readonly format: 'bundle' | 'legacy' | 'both'
  /** Whether SBOM and provenance are attested. */
  readonly sbom: boolean
  readonly provenance: boolean
  /** Where attestations are. */
  readonly attestTo: { readonly registry: boolean; readonly github: boolean }
  /** `acme/app` on GitHub, when the run is of a workflow there. */
  readonly repository?: string
  readonly services: ServicesOfVerifier
}

export interface PublicKeyPlace {
  /** PEM. */
  readonly pem: string
  /** Name of the file that commands are to use: `cosign.pub`. */
  readonly file: string
}

export interface ServicesOfVerifier {
  /** Whether signatures are in a log. */
  readonly log: boolean
  readonly tsa: boolean
  readonly fulcio: string
  readonly rekor?: string
  /** Name of the trusted root file that commands are to use; undefined for the public good instance. */
  readonly trustedRoot?: string
}

/** Commands and policies, ready to be copied; each with a title. Those that do not fit what was signed are left out. */
export interface VerifyText {
  readonly title: string
  /** One command, or a YAML document. */
  readonly text: string
  readonly language: 'sh' | 'yaml'
}

/** The statements that a policy may ask for in the registry. */
export function attestedTypes({ sbom, provenance, attestTo }: Verification): readonly string[] {
  if (!attestTo.registry) return []
  return [...(provenance ? [predicateTypes.provenance] : []), ...(sbom ? [predicateTypes.spdx] : [])]
}
