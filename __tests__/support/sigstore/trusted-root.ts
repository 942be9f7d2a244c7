import { sha256 } from './signing-key.ts'
import { noteKeyId } from './rekor-v2.ts'

/** Whom verifiers trust: addresses, DER certificate chains (a leaf or intermediate first) and DER public keys. */
export interface Trusted {
  readonly urls: Readonly<Record<'fulcio' | 'ct' | 'rekor' | 'rekor2' | 'tsa', string>>
  readonly fulcio: readonly Buffer[]
  readonly certificateLog: Buffer
  readonly rekor: Buffer
  /** An Ed25519 key. */
  readonly rekor2: Buffer
  readonly tsa: readonly Buffer[]
}

/** Members that the format wants, in the form of its protobuf's JSON. */
export type ProtobufJson = Readonly<Record<string, unknown>>

const validFor = { start: '2020-01-01T00:00:00Z' }
const timestampPath = '/api/v1/timestamp'

/** The trusted root file of a Sigstore (protobuf-specs' sigstore_trustroot.proto). */
export function trustedRoot({ urls, fulcio, certificateLog, rekor, rekor2, tsa }: Trusted): ProtobufJson {
  const ecdsa = { details: 'PKIX_ECDSA_P256_SHA_256' }
  const origin = new URL(urls.rekor2).hostname
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      log({ url: urls.rekor, spki: rekor, id: sha256(rekor), ...ecdsa }),
      log({ url: urls.rekor2, spki: rekor2, id: noteKeyId(origin, rekor2), details: 'PKIX_ED25519' }),
    ],
    certificateAuthorities: [authority('fulcio', urls.fulcio, fulcio)],
    ctlogs: [log({ url: urls.ct, spki: certificateLog, id: sha256(certificateLog), ...ecdsa })],
    timestampAuthorities: [authority('tsa', urls.tsa + timestampPath, tsa)],
  }
}

interface Log {
  readonly url: string
  readonly spki: Buffer
  readonly id: Buffer
  readonly details: string
}

function log({ url, spki, id, details }: Log): ProtobufJson {
  return {
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki.toString('base64'), keyDetails: details, validFor },
    logId: { keyId: id.toString('base64') },
  }
}

function authority(commonName: string, uri: string, chain: readonly Buffer[]): ProtobufJson {
  const certificates = chain.map(der => ({ rawBytes: der.toString('base64') }))
  return {
    subject: { organization: 'sigstore.test', commonName },
    uri,
    certChain: { certificates },
    validFor,
  }
}

/** The signing config file of a Sigstore that logs to Rekor v1 or v2 (protobuf-specs' SigningConfig v0.2). */
export function signingConfig(urls: Trusted['urls'] & { readonly oidc: string }, rekor: 1 | 2): ProtobufJson {
  const service = (url: string, majorApiVersion = 1): ProtobufJson => {
    return { url, majorApiVersion, validFor, operator: 'sigstore.test' }
  }
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(urls.fulcio)],
    oidcUrls: [service(urls.oidc)],
    rekorTlogUrls: [service(rekor === 1 ? urls.rekor : urls.rekor2, rekor)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(urls.tsa + timestampPath)],
    tsaConfig: { selector: 'ANY' },
  }
}
