import { randomBytes, sign } from 'node:crypto'
import { ecdsaWithSha256 } from './certificate.ts'
import { element, generalizedTime, integer, octets, oid, sequence, set, utcTime, wrapped } from './der.ts'
import { partOf, readElement, readElements } from './der-reader.ts'
import { sha256, type SigningKey } from './signing-key.ts'

/** What is asked of a timestamp authority (RFC 3161, section 2.4.1). */
export interface TimestampRequest {
  /** Dotted name of the hash algorithm. */
  readonly algorithm: string
  readonly hash: Buffer
  /** DER integer. */
  readonly nonce: Buffer | undefined
  readonly withCertificate: boolean
}

export interface TimestampSigner {
  readonly key: SigningKey
  readonly certificate: Buffer
}

export const hashAlgorithms: Readonly<Record<string, { readonly oid: string; readonly size: number }>> = {
  sha256: { oid: '2.16.840.1.101.3.4.2.1', size: 32 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', size: 48 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', size: 64 },
}

const pkcs9 = '1.2.840.113549.1.9'
const signedData = oid('1.2.840.113549.1.7.2')
const timestampInfo = oid(`${pkcs9}.16.1.4`)
const policy = oid('1.3.6.1.4.1.57264.2')
const sha256Algorithm = sequence(oid('2.16.840.1.101.3.4.2.1'))

/** Reads the DER of a request. Throws when it is none. */
export function readTimestampRequest(der: Buffer): TimestampRequest {
  const whole = readElement(der)
  const imprint = partOf(whole, 1)
  const optional = readElements(whole.content).slice(2)
  const algorithm = partOf(partOf(imprint, 0), 0).raw
  const known = Object.values(hashAlgorithms).find(one => oid(one.oid).equals(algorithm))
  return {
    algorithm: known?.oid ?? '',
    hash: partOf(imprint, 1).content,
    nonce: optional.find(field => field.tag === 0x02)?.raw,
    withCertificate: optional.some(field => field.tag === 0x01 && field.content[0] !== 0),
  }
}

/** DER of the answer: granted, with a token signed now (RFC 3161, section 2.4.2; CMS, RFC 5652; RFC 5816). */
export function grantTimestamp(request: TimestampRequest, { key, certificate }: TimestampSigner): Buffer {
  const now = new Date()
  const info = sequence(
    integer(1),
    policy,
    sequence(sequence(oid(request.algorithm)), octets(request.hash)),
    integer(randomBytes(12)),
    generalizedTime(now),
    sequence(integer(1)),
    ...(request.nonce ? [request.nonce] : []),
  )
  const { issuer, serial } = issuerOf(certificate)
  const names = sequence(sequence(element(0xa4, issuer)), serial)
  const certificateId = sequence(sequence(sequence(octets(sha256(certificate)), names)))
  const attributes = [
    attribute('3', timestampInfo),
    attribute('5', utcTime(now)),
    attribute('4', octets(sha256(info))),
    attribute('16.2.47', certificateId),
  ].sort((a, b) => Buffer.compare(a, b))
  const signerInfo = sequence(
    integer(1),
    sequence(issuer, serial),
    sha256Algorithm,
    wrapped(0, ...attributes),
    ecdsaWithSha256,
    octets(sign('sha256', set(...attributes), key.privateKey)),
  )
  const content = sequence(
    integer(3),
    set(sha256Algorithm),
    sequence(timestampInfo, wrapped(0, octets(info))),
    ...(request.withCertificate ? [wrapped(0, certificate)] : []),
    set(signerInfo),
  )
  return sequence(sequence(integer(0)), sequence(signedData, wrapped(0, content)))
}

function attribute(arc: string, value: Buffer): Buffer {
  return sequence(oid(`${pkcs9}.${arc}`), set(value))
}

/** DER name and serial number by which a certificate's issuer knows it. */
function issuerOf(certificate: Buffer): { readonly issuer: Buffer; readonly serial: Buffer } {
  const signed = partOf(readElement(certificate), 0)
  return { serial: partOf(signed, 1).raw, issuer: partOf(signed, 3).raw }
}
