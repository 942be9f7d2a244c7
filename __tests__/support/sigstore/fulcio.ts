import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Authority } from './authority.ts'
import {
  issuerKey,
  keyUsage,
  newSerial,
  purpose,
  purposes,
  signCertificate,
  subjectKey,
  toBeSigned,
} from './certificate.ts'
import { embeddedPromise, promise, type CertificateLog } from './certificate-log.ts'
import type { Claims } from './claims.ts'
import { sequence } from './der.ts'
import { githubExtensions } from './github-extensions.ts'
import { bytesAt, parseJson, textAt, valueAt } from './json-fields.ts'
import { readToken, type IdentityProvider } from './oidc.ts'
import { toPem } from './pem.ts'
import { json, Refusal, routes, withRpcErrors, type Call, type Handler } from './service.ts'
import { isSignatureOf } from './signature.ts'

export interface Fulcio {
  readonly authority: Authority
  readonly certificateLog: CertificateLog
  readonly provider: IdentityProvider
  readonly issuer: () => string
  /** Milliseconds that a certificate is valid. */
  readonly lifetime: number
}

const badToken = 'There was an error processing the identity token'
const badProof = 'The signature supplied in the request could not be verified'

/** Fulcio's v2 API: certificates of ten minutes for keys whose holder has an identity token. */
export function fulcio(options: Fulcio): Handler {
  return withRpcErrors(
    routes({
      'GET /healthz': () => json({ status: 'SERVING' }),
      'GET /api/v2/trustBundle': () =>
        json({ chains: [{ certificates: options.authority.chain.map(der => toPem(der)) }] }),
      'POST /api/v2/signingCert': call => {
        const certificate = issue(options, call)
        const certificates = [certificate, ...options.authority.chain].map(der => toPem(der))
        return json({ signedCertificateEmbeddedSct: { chain: { certificates } } })
      },
    }),
  )
}

function issue(options: Fulcio, call: Call): Buffer {
  const request = parseJson(call.body)
  const inBody = valueAt(request, 'credentials', 'oidcIdentityToken')
  const token = typeof inBody === 'string' ? inBody : call.headers.authorization?.replace(/^bearer /i, '')
  const issuer = options.issuer()
  const claims = readToken(options.provider, token ?? '', { issuer, audience: 'sigstore' })
  if (!isGithub(claims)) throw new Refusal(400, badToken)
  const publicKey = provenKey(request, claims.sub)
  const { authority, certificateLog } = options
  const now = Date.now()
  const extensions = [
    keyUsage('signatures'),
    purpose(purposes.codeSigning),
    subjectKey(publicKey),
    issuerKey(authority.key.publicKey),
    ...githubExtensions(claims, issuer),
  ]
  const facts = {
    serial: newSerial(),
    issuer: authority.name,
    subject: sequence(),
    notBefore: new Date(now),
    notAfter: new Date(now + options.lifetime),
    publicKey,
  }
  const promised = promise(certificateLog, toBeSigned({ ...facts, extensions }), authority.key.spki)
  const all = [...extensions, embeddedPromise(certificateLog, promised)]
  return signCertificate(toBeSigned({ ...facts, extensions: all }), authority.key.privateKey)
}

function isGithub(claims: unknown): claims is Claims {
  return typeof valueAt(claims, 'sub') === 'string' && typeof valueAt(claims, 'job_workflow_ref') === 'string'
}

/** The key of the request, once its holder has shown to have it by signing the token's subject. */
function provenKey(request: unknown, subject: string): KeyObject {
  const key = readKey(textAt(request, 'publicKeyRequest', 'publicKey', 'content'))
  const proof = bytesAt(request, 'publicKeyRequest', 'proofOfPossession')
  if (!isSignatureOf(Buffer.from(subject), proof, key)) throw new Refusal(400, badProof)
  return key
}

function readKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch {
    throw new Refusal(400, 'The public key supplied in the request could not be parsed')
  }
}
