import { createHash, randomBytes } from 'node:crypto'
import { RFC3161Timestamp } from '@sigstore/core'
import type { Ports } from '../ports.ts'
import { call } from './call.ts'
import { garbled } from './service-failure.ts'
import type { Service } from './service.ts'
import type { Witness } from './witness.ts'

const timeout = 10_000

/**
 * A timestamp authority (RFC 3161 over HTTP): any, not only Sigstore's, whose path `/api/v1/timestamp` is taken when the
 * address has none. What it answers is checked to be a granted timestamp of our signature.
 */
export function openTimestampAuthority(url: string, world: Pick<Ports, 'http' | 'clock'>): Witness {
  const service: Service = { name: 'the timestamp authority', url }
  const address = URL.parse(url)?.pathname === '/' ? `${url.replace(/\/$/, '')}/api/v1/timestamp` : url
  return {
    async testify({ signature }, tries) {
      const hash = createHash('sha256').update(signature).digest()
      const headers = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' }
      const request = {
        method: 'POST',
        url: address,
        headers,
        body: queryOf(hash),
        idleTimeout: timeout,
      } as const
      const { body } = await call(service, request, world)
      if (!isTimestampOf(body, hash)) throw garbled(service, 'a timestamp of what it was given', tries)
      return { timestamps: [{ signedTimestamp: body }] }
    },
  }
}

/** TimeStampReq (RFC 3161, section 2.4.1) in DER: version 1, the sha256, a nonce; certificates are in the trusted root. */
function queryOf(hash: Buffer): Buffer {
  const nonce = randomBytes(8)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x01
  const imprint = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const content = Buffer.concat([Buffer.from('020101', 'hex'), imprint, hash, Buffer.of(0x02, 8), nonce])
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}

function isTimestampOf(body: Buffer, hash: Buffer): boolean {
  try {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(body))
    return timestamp.status <= 1n && timestamp.tstInfo.messageImprintHashedMessage.equals(hash)
  } catch {
    return false
  }
}
