import { ValidationError } from '@sigstore/bundle'
import type { TrustedRoot } from '@sigstore/protobuf-specs'
import { PolicyError, VerificationError } from '@sigstore/verify'
import { asObject } from '../domain/json-object.ts'
import { plain } from './service-failure.ts'

const words: Readonly<Record<string, string>> = {
  CERTIFICATE_ERROR:
    'its certificate is not of an authority that is trusted, or was not good at the time of signing',
  SIGNATURE_ERROR: 'the signature does not fit what is signed',
  TIMESTAMP_ERROR: 'nothing that is trusted stamps its time',
  TLOG_BODY_ERROR: 'its log entry is of another signature',
  TLOG_ERROR: 'it is not in a log that is trusted',
  TLOG_INCLUSION_PROOF_ERROR: 'the proof that it is in the log is wrong',
  TLOG_INCLUSION_PROMISE_ERROR: 'the promise of the log is wrong',
  TLOG_MISSING_INCLUSION_ERROR: 'nothing proves that it is in the log',
  PUBLIC_KEY_ERROR: 'its key is another one',
}

/** Why a bundle was not accepted, and what may help. */
export interface Reason {
  readonly reason: string
  readonly hint?: string
}

/** Says why verification failed. A log that the trusted root does not know is said so, since that is the root's age, not the bundle's fault. */
export function plainReason(error: unknown, bundle: unknown, root: TrustedRoot): Reason {
  const detail = error instanceof Error ? plain(error.message) : ''
  if (error instanceof ValidationError)
    return { reason: `it is not a Sigstore bundle (${error.fields.join(', ')})` }
  if (!(error instanceof VerificationError || error instanceof PolicyError))
    return { reason: detail || 'it cannot be read' }
  const unknown = unknownLog(bundle, root)
  if (unknown === undefined) return { reason: `${words[error.code] ?? 'it is not accepted'} (${detail})` }
  return {
    reason: `its log (${unknown}) is not in the trusted root`,
    hint: 'The log may be newer than the root: use a newer version, or give the present trusted root of the instance as trusted-root.',
  }
}

function unknownLog(bundle: unknown, root: TrustedRoot): string | undefined {
  const entries = asObject(asObject(bundle)?.['verificationMaterial'])?.['tlogEntries']
  const known = new Set(
    root.tlogs.flatMap(({ logId, checkpointKeyId }) =>
      [logId, checkpointKeyId].flatMap(id => (id === undefined ? [] : [id.keyId.toString('base64')])),
    ),
  )
  const ids = (Array.isArray(entries) ? entries : []).map(
    entry => asObject(asObject(entry)?.['logId'])?.['keyId'],
  )
  return ids.find((id): id is string => typeof id === 'string' && !known.has(id))
}
