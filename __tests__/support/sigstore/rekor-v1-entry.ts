import { canonicalJson } from './canonical-json.ts'
import { bytesAt, listAt, parseJson, textAt } from './json-fields.ts'
import { fromPem, toPem } from './pem.ts'
import { Refusal } from './service.ts'
import { isSignatureOf, isSignatureOfDigest } from './signature.ts'
import { sha256 } from './signing-key.ts'
import { verificationKey } from './verification-key.ts'

/** Body of the entry that Rekor v1 would log for a proposed one, once its signature holds; a Refusal with 400 when it does not. */
export function canonicalEntry(proposed: unknown): Buffer {
  const type = `${textAt(proposed, 'kind')} ${textAt(proposed, 'apiVersion')}`
  switch (type) {
    case 'hashedrekord 0.0.1':
      return body('hashedrekord', hashedRekord(proposed))
    case 'dsse 0.0.1':
      return body('dsse', envelope(proposed))
    default:
      throw refusal(`${type} is not a type of entry`)
  }
}

function body(kind: string, spec: unknown): Buffer {
  return Buffer.from(canonicalJson({ apiVersion: '0.0.1', kind, spec }))
}

function hashedRekord(proposed: unknown): unknown {
  const value = textAt(proposed, 'spec', 'data', 'hash', 'value')
  const algorithm = textAt(proposed, 'spec', 'data', 'hash', 'algorithm')
  if (algorithm !== 'sha256' || !/^[0-9a-f]{64}$/.test(value)) throw refusal('invalid value for hash')
  const signature = bytesAt(proposed, 'spec', 'signature', 'content')
  const verifier = canonicalPem(bytesAt(proposed, 'spec', 'signature', 'publicKey', 'content'))
  const key = verificationKey(verifier)
  if (!isSignatureOfDigest(Buffer.from(value, 'hex'), signature, key)) throw refusal('verifying signature')
  return {
    data: { hash: { algorithm, value } },
    signature: { content: signature.toString('base64'), publicKey: { content: encode(verifier) } },
  }
}

function envelope(proposed: unknown): unknown {
  const given = textAt(proposed, 'spec', 'proposedContent', 'envelope')
  const dsse = parseJson(Buffer.from(given))
  const payload = bytesAt(dsse, 'payload')
  const signed = preAuthentication(textAt(dsse, 'payloadType'), payload)
  const verifiers = listAt(proposed, 'spec', 'proposedContent', 'verifiers').map((_, at) =>
    canonicalPem(bytesAt(proposed, 'spec', 'proposedContent', 'verifiers', at)),
  )
  const signatures = listAt(dsse, 'signatures').map((_, at) => {
    const signature = bytesAt(dsse, 'signatures', at, 'sig')
    const verifier = verifiers.find(pem => isSignatureOf(signed, signature, verificationKey(pem)))
    if (!verifier) throw refusal('could not verify envelope')
    return { signature: signature.toString('base64'), verifier: encode(verifier) }
  })
  if (signatures.length === 0) throw refusal('DSSE envelope must contain 1 or more signatures')
  return {
    envelopeHash: { algorithm: 'sha256', value: sha256(given).toString('hex') },
    payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
    signatures: signatures.sort((a, b) => (a.signature < b.signature ? -1 : 1)),
  }
}

/** What a DSSE signature signs. */
function preAuthentication(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}

function canonicalPem(pem: Buffer): string {
  const [, label] = /^-----BEGIN ([A-Z ]+)-----/m.exec(pem.toString()) ?? []
  const [der] = fromPem(pem.toString())
  if (!label || !der) throw refusal('the verifier is not PEM')
  return toPem(der, label)
}

function encode(pem: string): string {
  return Buffer.from(pem).toString('base64')
}

function refusal(reason: string): Refusal {
  return new Refusal(400, `error processing entry: ${reason}`)
}
