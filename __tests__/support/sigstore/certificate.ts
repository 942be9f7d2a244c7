import { randomBytes, sign, type KeyObject } from 'node:crypto'
import { bits, element, integer, octets, oid, sequence, set, text, truth, utcTime, wrapped } from './der.ts'
import { readElement, partOf } from './der-reader.ts'
import { sha256, spkiOf } from './signing-key.ts'

/** What a certificate says (RFC 5280, section 4.1). */
export interface CertificateFacts {
  readonly serial: Buffer
  /** DER names. */
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
}

/** AlgorithmIdentifier of ecdsa-with-SHA256, by which everything here is signed. */
export const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))

export const purposes = { codeSigning: '1.3.6.1.5.5.7.3.3', timeStamping: '1.3.6.1.5.5.7.3.8' }

/** The part of a certificate that is signed. */
export function toBeSigned(facts: CertificateFacts): Buffer {
  return sequence(
    wrapped(0, integer(2)),
    integer(facts.serial),
    ecdsaWithSha256,
    facts.issuer,
    sequence(utcTime(facts.notBefore), utcTime(facts.notAfter)),
    facts.subject,
    spkiOf(facts.publicKey),
    wrapped(3, sequence(...facts.extensions)),
  )
}

/** DER certificate of what is to be signed, by a P-256 key. */
export function signCertificate(signed: Buffer, key: KeyObject): Buffer {
  return sequence(signed, ecdsaWithSha256, bits(sign('sha256', signed, key)))
}

export function distinguishedName(commonName: string): Buffer {
  const parts = [
    { type: '2.5.4.10', value: 'sigstore.test' },
    { type: '2.5.4.3', value: commonName },
  ]
  return sequence(...parts.map(({ type, value }) => set(sequence(oid(type), text(value)))))
}

/** A serial number of 159 random bits. */
export function newSerial(): Buffer {
  const bytes = randomBytes(20)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40)
  return bytes
}

export function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [truth] : []), octets(value))
}

/** Key usage of those who sign certificates, or of those who sign anything else. */
export function keyUsage(use: 'certificates' | 'signatures'): Buffer {
  const flags = use === 'certificates' ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7)
  return extension('2.5.29.15', flags, true)
}

export function purpose(id: string, critical = false): Buffer {
  return extension('2.5.29.37', sequence(oid(id)), critical)
}

export function subjectKey(key: KeyObject): Buffer {
  return extension('2.5.29.14', octets(keyIdentifier(key)))
}

export function issuerKey(key: KeyObject): Buffer {
  return extension('2.5.29.35', sequence(element(0x80, keyIdentifier(key))))
}

function keyIdentifier(key: KeyObject): Buffer {
  const publicKey = partOf(readElement(spkiOf(key)), 1).content.subarray(1)
  return sha256(publicKey).subarray(0, 20)
}
