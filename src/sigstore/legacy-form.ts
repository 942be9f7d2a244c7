import { X509Certificate } from 'node:crypto'
import { digestOf, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import type { SignedPayload } from './sign-payloads.ts'

/** A layer of a `.sig` image: its bytes are the payload that was signed. */
export interface LegacyLayer {
  readonly bytes: Buffer
  readonly descriptor: Descriptor
}

/** A `.sig` image: two blobs and the manifest that is tagged with legacyTag's name. */
export interface LegacyImage {
  readonly config: Buffer
  readonly manifest: Buffer
}

const layerType = 'application/vnd.dev.cosign.simplesigning.v1+json'
const configType = 'application/vnd.oci.image.config.v1+json'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** Where cosign looks for the signatures of a digest: `sha256-<hex>.sig`. */
export function legacyTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`
}

/** What is signed in this form ("simple signing"): the digest and the repository (`ghcr.io/acme/app`). */
export function simpleSigning(repository: string, digest: Digest): Buffer {
  const critical = {
    identity: { 'docker-reference': repository },
    image: { 'docker-manifest-digest': digest },
    type: 'cosign container image signature',
  }
  return Buffer.from(JSON.stringify({ critical, optional: null }))
}

/**
 * The signature of a `simpleSigning` payload (a `blob`) as a layer with cosign's annotations. Fails with SIGNING_FAILED
 * when it was logged by Rekor's second API: the form has no place for that.
 */
export function legacyLayer(payload: Buffer, { bundle, chain }: SignedPayload): LegacyLayer {
  const { content, verificationMaterial } = bundle
  if (content.$case !== 'messageSignature') throw new TypeError('the legacy form is of blob signatures')
  const { content: signer, tlogEntries, timestampVerificationData } = verificationMaterial
  const [entry] = tlogEntries
  const [stamp] = timestampVerificationData?.rfc3161Timestamps ?? []
  const annotations = {
    'dev.cosignproject.cosign/signature': content.messageSignature.signature.toString('base64'),
    ...(signer.$case === 'certificate'
      ? { 'dev.sigstore.cosign/certificate': new X509Certificate(signer.certificate.rawBytes).toString() }
      : {}),
    ...(chain.length === 0
      ? {}
      : { 'dev.sigstore.cosign/chain': chain.map(each => `${each.trim()}\n`).join('') }),
    ...(entry === undefined ? {} : { 'dev.sigstore.cosign/bundle': rekorBundle(entry) }),
    ...(stamp === undefined
      ? {}
      : { 'dev.sigstore.cosign/rfc3161timestamp': timestamp(stamp.signedTimestamp) }),
  }
  const descriptor = { mediaType: layerType, digest: digestOf(payload), size: payload.length, annotations }
  return { bytes: payload, descriptor }
}

/** The image of all signatures of a digest: `before` are the layers that are there already, which are kept. */
export function legacyImage(before: readonly Descriptor[], added: readonly LegacyLayer[]): LegacyImage {
  const layers = [...before, ...added.map(({ descriptor }) => descriptor)]
  const created = '0001-01-01T00:00:00Z'
  const config = json({
    architecture: '',
    created,
    history: layers.map(() => ({ created })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, digest: digestOf(config), size: config.length },
    layers,
  })
  return { config, manifest }
}

type Entry = SignedPayload['bundle']['verificationMaterial']['tlogEntries'][number]

/** Rekor's promise, in the form that cosign keeps it. */
function rekorBundle({
  inclusionPromise,
  canonicalizedBody,
  integratedTime,
  logIndex,
  logId,
}: Entry): string {
  if (inclusionPromise === undefined) throw withoutPromise()
  return JSON.stringify({
    SignedEntryTimestamp: inclusionPromise.signedEntryTimestamp.toString('base64'),
    Payload: {
      body: canonicalizedBody.toString('base64'),
      integratedTime: Number(integratedTime),
      logIndex: Number(logIndex),
      logID: logId.keyId.toString('hex'),
    },
  })
}

function timestamp(signed: Buffer): string {
  return JSON.stringify({ SignedRFC3161Timestamp: signed.toString('base64') })
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function withoutPromise(): Failure {
  return new Failure(
    'SIGNING_FAILED',
    'the log (Rekor v2) promises no time, which signatures of the legacy form need',
    {
      hint: 'Leave signature-format at `bundle`, or give the address of a log of the first API as rekor-url.',
    },
  )
}
