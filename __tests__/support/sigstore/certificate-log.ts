import { sign } from 'node:crypto'
import { extension } from './certificate.ts'
import { element, octets, sequence } from './der.ts'
import { partOf, readElement, readElements } from './der-reader.ts'
import { newSigningKey, sha256, type SigningKey } from './signing-key.ts'

/** A certificate transparency log as far as its promises go: it has no tree. */
export interface CertificateLog {
  readonly key: SigningKey
  /** Hash of its public key. */
  readonly id: Buffer
}

/** A SignedCertificateTimestamp (RFC 6962, section 3.2) taken apart. */
export interface CertificateTimestamp {
  /** Milliseconds. */
  readonly timestamp: number
  /** With the two bytes of its algorithm and the two of its length. */
  readonly signature: Buffer
}

const poison = '1.3.6.1.4.1.11129.2.4.3'
const embedded = '1.3.6.1.4.1.11129.2.4.2'

export function newCertificateLog(): CertificateLog {
  const key = newSigningKey('P-256')
  return { key, id: sha256(key.spki) }
}

/** The log's promise for a certificate that is still to be issued, given what is to be signed and its issuer's public key. */
export function promise(log: CertificateLog, signed: Buffer, issuerSpki: Buffer): CertificateTimestamp {
  const timestamp = Date.now()
  const preCertificate = Buffer.concat([number(1, 2), sha256(issuerSpki), number(signed.length, 3), signed])
  const covered = Buffer.concat([number(0, 2), number(timestamp, 8), preCertificate, number(0, 2)])
  const signature = sign('sha256', covered, log.key.privateKey)
  return {
    timestamp,
    signature: Buffer.concat([Buffer.from([4, 3]), number(signature.length, 2), signature]),
  }
}

/** The promise as the extension of a certificate. */
export function embeddedPromise(log: CertificateLog, { timestamp, signature }: CertificateTimestamp): Buffer {
  const one = Buffer.concat([number(0, 1), log.id, number(timestamp, 8), number(0, 2), signature])
  return extension(embedded, octets(Buffer.concat([number(one.length + 2, 2), number(one.length, 2), one])))
}

/** What a precertificate's certificate will say: the same without the poison extension. */
export function withoutPoison(precertificate: Buffer): Buffer {
  const fields = readElements(partOf(readElement(precertificate), 0).content)
  return sequence(
    ...fields.map(field => {
      if (field.tag !== 0xa3) return field.raw
      const all = readElements(readElement(field.content).content)
      const kept = all.filter(one => !isPoison(one.content))
      return element(0xa3, sequence(...kept.map(one => one.raw)))
    }),
  )
}

function isPoison(extensionContent: Buffer): boolean {
  const wanted = extension(poison, Buffer.alloc(0))
  return readElement(extensionContent).raw.equals(partOf(readElement(wanted), 0).raw)
}

function number(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes.subarray(8 - size)
}
