import type { Bundle, RFC3161SignedTimestamp, TransparencyLogEntry } from '@sigstore/bundle'

/** A signature, as logs and timestamp authorities are told of it. */
export interface Signed {
  readonly content: Bundle['content']
  readonly signature: Buffer
  /** sha256 of the bytes that were signed: of the DSSE pre-authentication encoding, or of the file. */
  readonly digest: Buffer
  /** PEM of the leaf certificate or of the public key. */
  readonly verifier: string
}

export interface Testimony {
  readonly entries?: readonly TransparencyLogEntry[]
  readonly timestamps?: readonly RFC3161SignedTimestamp[]
}

/** A log, or a timestamp authority. */
export interface Witness {
  /**
   * Asks once; `tries` says how often it was asked before. Throws Transient(SIGNING_FAILED) where asking again may help,
   * SIGNING_FAILED where not, AlreadyLogged where another signature is wanted.
   */
  testify(signed: Signed, tries: number): Promise<Testimony>
}

/** The log has this very signature already, from an answer that was lost, and does not give its entry any more. */
export class AlreadyLogged extends Error {
  override readonly name = 'AlreadyLogged'
}
