import type { Identity } from './claims.ts'

/** What one signature was made with. */
export interface Signing {
  /** DER for ECDSA, PKCS#1 v1.5 for RSA; over sha256 of the data. */
  readonly signature: Buffer
  /** PEM of the leaf certificate, or of the public key (SPKI): what logs are told. */
  readonly verifier: string
  /** DER of the leaf certificate; undefined when signed with a key. */
  readonly certificate?: Buffer
  /** PEM of what the leaf is issued by, nearest first. */
  readonly chain: readonly string[]
  /** When the certificate ends; a signature must be logged or stamped before. */
  readonly until?: Date
}

/** Makes signatures, by a key or by short-lived certificates. */
export interface Signer {
  /** Fails with SIGNING_FAILED, or IDENTITY_MISSING. */
  sign(data: Buffer): Promise<Signing>
  /** Whom verifiers are to expect: the certificate's identity, or the public key (PEM). */
  expected(): Promise<Expected>
}

export type Expected = { readonly identity: Identity } | { readonly publicKey: string }
