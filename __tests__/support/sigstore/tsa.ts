import { hour, intermediateAuthority, rootAuthority, tenYears, type Authority } from './authority.ts'
import {
  distinguishedName,
  issuerKey,
  keyUsage,
  newSerial,
  purpose,
  purposes,
  signCertificate,
  subjectKey,
  toBeSigned,
} from './certificate.ts'
import { integer } from './der.ts'
import { bytesAt, parseJson, textAt, valueAt } from './json-fields.ts'
import { toPem } from './pem.ts'
import { Refusal, routes, type Call, type Handler } from './service.ts'
import { newSigningKey, type SigningKey } from './signing-key.ts'
import { grantTimestamp, hashAlgorithms, readTimestampRequest, type TimestampRequest } from './timestamp.ts'

export interface TimestampAuthority {
  readonly key: SigningKey
  /** DER certificates from its own up to the root's. */
  readonly chain: readonly Buffer[]
}

export function newTimestampAuthority(): TimestampAuthority {
  const root = rootAuthority('tsa root')
  const parent = intermediateAuthority('tsa intermediate', root, purposes.timeStamping)
  const key = newSigningKey('P-256')
  return { key, chain: [certify(key, parent), ...parent.chain] }
}

function certify(key: SigningKey, parent: Authority): Buffer {
  const now = Date.now()
  const signed = toBeSigned({
    serial: newSerial(),
    issuer: parent.name,
    subject: distinguishedName('tsa'),
    notBefore: new Date(now - hour),
    notAfter: new Date(now + tenYears),
    publicKey: key.publicKey,
    extensions: [
      keyUsage('signatures'),
      purpose(purposes.timeStamping, true),
      subjectKey(key.publicKey),
      issuerKey(parent.key.publicKey),
    ],
  })
  return signCertificate(signed, parent.key.privateKey)
}

/** Sigstore's timestamp authority (RFC 3161), asked in DER or in JSON. */
export function timestampService({ key, chain }: TimestampAuthority): Handler {
  return routes({
    'GET /ping': () => ({ status: 200, body: '.' }),
    'GET /api/v1/timestamp/certchain': () => ({
      status: 200,
      headers: { 'content-type': 'application/pem-certificate-chain' },
      body: chain.map(der => toPem(der)).join(''),
    }),
    'POST /api/v1/timestamp': call => {
      const request = readRequest(call)
      const known = Object.values(hashAlgorithms).find(one => one.oid === request.algorithm)
      if (known?.size !== request.hash.length) {
        throw new Refusal(400, 'Message digest has incorrect length for specified algorithm')
      }
      const [certificate = Buffer.alloc(0)] = chain
      return {
        status: 201,
        headers: { 'content-type': 'application/timestamp-reply' },
        body: grantTimestamp(request, { key, certificate }),
      }
    },
  })
}

function readRequest({ headers, body }: Call): TimestampRequest {
  const type = headers['content-type']
  if (type === 'application/json') return readJson(parseJson(body))
  if (type !== 'application/timestamp-query') throw new Refusal(415, 'unsupported content type')
  try {
    return readTimestampRequest(body)
  } catch {
    throw new Refusal(400, 'Error generating timestamp response')
  }
}

function readJson(request: unknown): TimestampRequest {
  const nonce = valueAt(request, 'nonce')
  return {
    algorithm: hashAlgorithms[textAt(request, 'hashAlgorithm').toLowerCase()]?.oid ?? '',
    hash: bytesAt(request, 'artifactHash'),
    nonce: typeof nonce === 'number' ? integer(nonce) : undefined,
    withCertificate: valueAt(request, 'certificates') === true,
  }
}
