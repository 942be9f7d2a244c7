import { createPublicKey } from 'node:crypto'
import { bundleFromJSON, type Bundle } from '@sigstore/bundle'
import type { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier, type Signer } from '@sigstore/verify'
import { digestOf, hexOf, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { asObject, parseObject } from '../domain/json-object.ts'
import type { Identity } from './claims.ts'
import { inTotoType } from './dsse.ts'
import { plainReason } from './verification-reason.ts'

/** Whom and what to trust. */
export interface Trust {
  readonly root: TrustedRoot
  /** The identity that the certificate must have, the subject exactly or by a pattern for the whole of it; or the key (PEM). */
  readonly signer: { readonly identity: ExpectedIdentity } | { readonly publicKey: string }
  /** Whether a log must have the signature; with a certificate a timestamp authority must have stamped it else. */
  readonly log: boolean
}

export interface ExpectedIdentity {
  readonly subject: string | RegExp
  readonly issuer: string
}

/** What the signature must be of: a statement about the digest, or a blob with exactly these bytes. */
export type Target = { readonly digest: Digest } | { readonly blob: Buffer }

export interface Verified {
  /** Type of the statement; undefined for a blob. */
  readonly predicateType?: string
  readonly predicate?: unknown
  /** Identity in the certificate; undefined for a key. */
  readonly identity?: Identity
}

/**
 * Verifies a Sigstore bundle (its JSON, of any version) offline: certificate, log entries, timestamps, signature, signer
 * and subject. Fails with SIGNATURE_INVALID, saying which of these is wrong. `name` is what messages call it.
 */
export function verifyBundle(
  name: string,
  bundle: unknown,
  { trust, of }: { trust: Trust; of: Target },
): Verified {
  try {
    const parsed = bundleFromJSON(bundle)
    // The kind is looked at first, for the better message; what is in it only when the signature is right.
    const say = 'blob' in of ? aboutBlob(parsed, of.blob) : aboutDigest(parsed, of.digest)
    const identity = verifySignature(parsed, trust, 'blob' in of ? of.blob : undefined)
    return { ...say(), ...(identity === undefined ? {} : { identity }) }
  } catch (error) {
    const { reason, hint } = plainReason(error, bundle, trust.root)
    throw new Failure('SIGNATURE_INVALID', `the signature of ${name} is not valid: ${reason}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

function verifySignature(bundle: Bundle, trust: Trust, blob: Buffer | undefined): Identity | undefined {
  const { root, signer, log } = trust
  const keyed = 'publicKey' in signer
  if (keyed !== (bundle.verificationMaterial.content.$case === 'publicKey')) {
    throw new Mismatch(keyed ? 'it has a certificate, not the signature of a key' : 'it has no certificate')
  }
  const thresholds = {
    tlogThreshold: log ? 1 : 0,
    ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
    timestampThreshold: keyed ? 0 : 1,
  }
  const material = toTrustMaterial(root, () => {
    if (!keyed) throw new Mismatch('it has no certificate')
    return { publicKey: createPublicKey(signer.publicKey), validFor: () => true }
  })
  const found = new Verifier(material, thresholds).verify(toSignedEntity(bundle, blob)).identity
  return keyed ? undefined : checkIdentity(found, signer.identity)
}

function checkIdentity(found: Signer['identity'], expected: ExpectedIdentity): Identity {
  const subject = found?.subjectAlternativeName ?? ''
  const issuer = found?.extensions?.issuer ?? ''
  const matches =
    typeof expected.subject === 'string'
      ? subject === expected.subject
      : new RegExp(`^(?:${expected.subject.source})$`, expected.subject.flags).test(subject)
  if (!matches) throw new Mismatch(`it is of ${subject}, not of ${String(expected.subject)}`)
  if (issuer !== expected.issuer) {
    throw new Mismatch(`its identity is vouched for by ${issuer}, not by ${expected.issuer}`)
  }
  return { subject, issuer }
}

function aboutBlob({ content }: Bundle, blob: Buffer): () => Verified {
  if (content.$case !== 'messageSignature') throw new Mismatch('it is of a statement, not of a file')
  const { messageDigest } = content.messageSignature
  return () => {
    if (messageDigest.digest.toString('hex') === hexOf(digestOf(blob))) return {}
    throw new Mismatch('it is of another file')
  }
}

function aboutDigest({ content }: Bundle, digest: Digest): () => Verified {
  if (content.$case !== 'dsseEnvelope') throw new Mismatch('it is of a file, not of a statement')
  const { payload, payloadType } = content.dsseEnvelope
  return () => {
    const statement = payloadType === inTotoType ? parseObject(payload.toString('utf8')) : undefined
    const [type, predicateType] = [statement?.['_type'], statement?.['predicateType']]
    if (
      !/^https:\/\/in-toto\.io\/Statement\/v(0\.1|1)$/.test(String(type)) ||
      typeof predicateType !== 'string'
    ) {
      throw new Mismatch('it is not of an in-toto statement')
    }
    if (!subjectsOf(statement).includes(hexOf(digest))) throw new Mismatch(`it says nothing of ${digest}`)
    return { predicateType, predicate: statement?.['predicate'] }
  }
}

/** sha256 of each subject of a statement. */
function subjectsOf(statement: Readonly<Record<string, unknown>> | undefined): readonly unknown[] {
  const subjects = statement?.['subject']
  return (Array.isArray(subjects) ? subjects : []).map(
    each => asObject(asObject(each)?.['digest'])?.['sha256'],
  )
}

/** The signature may be right, but is not the one that was asked for. */
class Mismatch extends Error {
  override readonly name = 'Mismatch'
}
