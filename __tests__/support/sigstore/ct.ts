import { promise, withoutPoison, type CertificateLog } from './certificate-log.ts'
import { partOf, readElement, readElements } from './der-reader.ts'
import { bytesAt, parseJson } from './json-fields.ts'
import { json, routes, type Handler } from './service.ts'

/** The certificate log that a real Fulcio asks before it issues (RFC 6962, section 4.2). */
export function certificateLogService(log: CertificateLog): Handler {
  return routes({
    'POST /ct/v1/add-pre-chain': ({ body }) => {
      const request = parseJson(body)
      const { timestamp, signature } = promise(
        log,
        withoutPoison(bytesAt(request, 'chain', 0)),
        publicKeyOf(bytesAt(request, 'chain', 1)),
      )
      return json({
        sct_version: 0,
        id: log.id.toString('base64'),
        timestamp,
        extensions: '',
        signature: signature.toString('base64'),
      })
    },
  })
}

/** DER of a certificate's SubjectPublicKeyInfo. */
function publicKeyOf(certificate: Buffer): Buffer {
  const fields = readElements(partOf(readElement(certificate), 0).content)
  const beforeKey = fields[0]?.tag === 0xa0 ? 6 : 5
  return fields[beforeKey]?.raw ?? Buffer.alloc(0)
}
