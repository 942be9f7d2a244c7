import { createPublicKey, X509Certificate } from 'node:crypto'
import { TransparencyLogEntry, type TrustedRoot } from '@sigstore/protobuf-specs'
import type { Ports } from '../ports.ts'
import { parseObject } from '../domain/json-object.ts'
import { call } from './call.ts'
import { readProof } from './log-tiles.ts'
import { garbled } from './service-failure.ts'
import type { Service } from './service.ts'
import { AlreadyLogged, type Signed, type Testimony, type Witness } from './witness.ts'

/** The log answers only when its next checkpoint is out, which may take tens of seconds. */
const timeout = 60_000

/**
 * Rekor's second API (rekor-tiles), which takes `hashedrekord` 0.0.2 only: of a statement the hash of its DSSE
 * pre-authentication encoding is logged. What the log has already, from an answer that was lost, is read from its tiles.
 */
export function openRekorV2(url: string, root: TrustedRoot, world: Pick<Ports, 'http' | 'clock'>): Witness {
  const service: Service = { name: 'Rekor', url }
  return {
    async testify(signed, tries) {
      const request = requestOf(signed)
      const headers = { 'content-type': 'application/json', accept: 'application/json' }
      const body = JSON.stringify({ hashedRekordRequestV002: request })
      const sent = { method: 'POST', url: `${url}/api/v2/log/entries`, headers, body } as const
      const { status, body: answer } = await call(
        service,
        { ...sent, idleTimeout: timeout, taken: [409] },
        world,
      )
      const text = answer.toString('utf8')
      if (status !== 409) return readEntry(text) ?? fail(garbled(service, 'a log entry', tries))
      const index = /index (\d+)/.exec(text)?.[1]
      const proof =
        index === undefined ? undefined : await readProof(service, Number(index), { ...world, root })
      if (proof === undefined) throw new AlreadyLogged(`the log has the signature already (index ${index})`)
      return {
        entries: [
          {
            ...proof,
            kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
            canonicalizedBody: Buffer.from(canonicalBody(request)),
          },
        ],
      }
    },
  }
}

interface HashedRekordRequest {
  readonly digest: string
  readonly signature: {
    readonly content: string
    readonly verifier: Readonly<Record<string, unknown>>
  }
}

function requestOf({ digest, signature, verifier }: Signed): HashedRekordRequest {
  return {
    digest: digest.toString('base64'),
    signature: { content: signature.toString('base64'), verifier: verifierOf(verifier) },
  }
}

function verifierOf(pem: string): Readonly<Record<string, unknown>> {
  const certificate = pem.includes('CERTIFICATE') ? new X509Certificate(pem) : undefined
  const key = certificate?.publicKey ?? createPublicKey(pem)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  const keyDetails =
    key.asymmetricKeyType === 'ec' ? 'PKIX_ECDSA_P256_SHA_256' : `PKIX_RSA_PKCS1V15_${bits}_SHA256`
  if (certificate !== undefined) {
    return { keyDetails, x509Certificate: { rawBytes: certificate.raw.toString('base64') } }
  }
  const der = key.export({ type: 'spki', format: 'der' })
  return { keyDetails, publicKey: { rawBytes: der.toString('base64') } }
}

/** What the log hashes as its leaf: the entry as canonical JSON (RFC 8785); keys are in their order here. */
function canonicalBody({ digest, signature }: HashedRekordRequest): string {
  const hashedRekordV002 = { data: { algorithm: 'SHA2_256', digest }, signature }
  return JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002 } })
}

function readEntry(text: string): Testimony | undefined {
  try {
    const { logId, kindVersion, ...entry } = TransparencyLogEntry.fromJSON(parseObject(text))
    if (logId === undefined || kindVersion === undefined || entry.inclusionProof === undefined)
      return undefined
    return { entries: [{ ...entry, logId, kindVersion }] }
  } catch {
    return undefined
  }
}

function fail(error: Error): never {
  throw error
}
