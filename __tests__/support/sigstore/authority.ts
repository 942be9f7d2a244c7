import {
  distinguishedName,
  extension,
  issuerKey,
  keyUsage,
  newSerial,
  purpose,
  signCertificate,
  subjectKey,
  toBeSigned,
} from './certificate.ts'
import { integer, sequence, truth } from './der.ts'
import { newSigningKey, type SigningKey } from './signing-key.ts'

/** Someone who signs certificates. */
export interface Authority {
  readonly key: SigningKey
  /** DER name. */
  readonly name: Buffer
  /** DER certificates from its own up to the root's. */
  readonly chain: readonly Buffer[]
}

export const hour = 3_600_000
export const tenYears = 10 * 365 * 24 * hour

/** An authority with a new key, certified by itself. */
export function rootAuthority(commonName: string): Authority {
  const key = newSigningKey('P-256')
  return certify(commonName, { key, name: distinguishedName(commonName), chain: [] }, key, [
    extension('2.5.29.19', sequence(truth, integer(1)), true),
  ])
}

/** An authority with a new key below another one, which certifies for this purpose only. */
export function intermediateAuthority(commonName: string, parent: Authority, purposeId: string): Authority {
  return certify(commonName, parent, newSigningKey('P-256'), [
    purpose(purposeId),
    extension('2.5.29.19', sequence(truth, integer(0)), true),
    issuerKey(parent.key.publicKey),
  ])
}

function certify(
  commonName: string,
  by: Authority,
  key: SigningKey,
  extensions: readonly Buffer[],
): Authority {
  const now = Date.now()
  const name = distinguishedName(commonName)
  const signed = toBeSigned({
    serial: newSerial(),
    issuer: by.name,
    subject: name,
    notBefore: new Date(now - hour),
    notAfter: new Date(now + tenYears),
    publicKey: key.publicKey,
    extensions: [keyUsage('certificates'), ...extensions, subjectKey(key.publicKey)],
  })
  return { key, name, chain: [signCertificate(signed, by.key.privateKey), ...by.chain] }
}
