import { X509Certificate } from 'node:crypto'
import { hexOf } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { asObject, parseObject } from '../domain/json-object.ts'

/**
 * A signature of the legacy form as a bundle (v0.1, JSON), so that it can be verified like any other: the descriptor of its
 * layer holds all but the payload. Undefined when it holds no signature.
 */
export function bundleOfLayer({ annotations = {}, digest }: Descriptor): unknown {
  const signature = annotations['dev.cosignproject.cosign/signature']
  if (signature === undefined || signature === '') return undefined
  const certificate = annotations['dev.sigstore.cosign/certificate']
  const stamp = parseObject(annotations['dev.sigstore.cosign/rfc3161timestamp'] ?? '')?.[
    'SignedRFC3161Timestamp'
  ]
  const signer =
    certificate === undefined
      ? { publicKey: { hint: '' } }
      : { x509CertificateChain: { certificates: [{ rawBytes: derOf(certificate) }] } }
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      ...signer,
      tlogEntries: logEntries(annotations['dev.sigstore.cosign/bundle']),
      timestampVerificationData: {
        rfc3161Timestamps: typeof stamp === 'string' ? [{ signedTimestamp: stamp }] : [],
      },
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: Buffer.from(hexOf(digest), 'hex').toString('base64') },
      signature,
    },
  }
}

function logEntries(text: string | undefined): readonly unknown[] {
  const entry = parseObject(text ?? '')
  const payload = asObject(entry?.['Payload'])
  if (entry === undefined || payload === undefined) return []
  return [
    {
      logIndex: String(payload['logIndex']),
      logId: { keyId: Buffer.from(String(payload['logID']), 'hex').toString('base64') },
      kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
      integratedTime: String(payload['integratedTime']),
      inclusionPromise: { signedEntryTimestamp: entry['SignedEntryTimestamp'] },
      canonicalizedBody: payload['body'],
    },
  ]
}

function derOf(pem: string): string {
  try {
    return new X509Certificate(pem).raw.toString('base64')
  } catch {
    return ''
  }
}
