import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import { unlockKey } from './locked-key.ts'

const hint =
  'Give the whole text of the key file that `cosign generate-key-pair` wrote, or a PEM private key (ECDSA P-256, or RSA of 2048 bits or more).'

/**
 * Reads the text of cosign-key: PEM (PKCS#8, PKCS#1 or SEC 1), in the clear or encrypted, or cosign's own encrypted form.
 * Line ends that were lost on the way are mended. Fails with KEY_INVALID; no part of key or passphrase is in a message.
 */
export async function readSigningKey(text: string, passphrase: string | undefined): Promise<KeyObject> {
  const plain = text.replaceAll(/\\r|\r/g, '').replaceAll(String.raw`\n`, '\n')
  const [whole, label = '', body = ''] =
    /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \1-----/s.exec(plain) ?? []
  if (whole === undefined) throw invalid(withoutKey(plain))
  const key = /^ENCRYPTED (SIGSTORE|COSIGN) /.test(label)
    ? await unlocked(body, passphrase)
    : fromPem(label, body, passphrase)
  const fault = unsuited(key)
  if (fault !== undefined) throw invalid(fault)
  return key
}

async function unlocked(body: string, passphrase: string | undefined): Promise<KeyObject> {
  const der = await unlockKey(Buffer.from(body, 'base64').toString('utf8'), passphrase ?? '')
  if (der === 'malformed')
    throw invalid('is cut off or changed: what is in it is not a key that cosign encrypted')
  if (der === 'locked') throw locked(passphrase)
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } catch {
    throw invalid('holds something that is not a private key')
  }
}

/** The body is laid out anew, since secrets lose their line ends; the headers of older encrypted forms are kept. */
function fromPem(label: string, body: string, passphrase: string | undefined): KeyObject {
  const headers = body.match(/^[A-Za-z-]+: .*$/gm) ?? []
  const base64 = headers.reduce((rest, header) => rest.replace(header, ''), body).replaceAll(/\s+/g, '')
  const encrypted = label === 'ENCRYPTED PRIVATE KEY' || headers.some(header => header.includes('ENCRYPTED'))
  const lines = [...headers, ...(headers.length > 0 ? [''] : []), ...(base64.match(/.{1,64}/g) ?? [])]
  const key = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
  if (encrypted && passphrase === undefined) throw locked(passphrase)
  try {
    return createPrivateKey({ key, ...(encrypted ? { passphrase: passphrase ?? '' } : {}) })
  } catch {
    throw encrypted
      ? locked(passphrase)
      : invalid('is cut off or changed: what is in it is not a private key')
  }
}

function withoutKey(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return 'is empty'
  if (trimmed.includes('BEGIN PUBLIC KEY')) return 'is a public key'
  if (trimmed.includes('-----BEGIN')) return 'has no whole private key: its last line may be missing'
  return 'is not a PEM text: it has no line "-----BEGIN … PRIVATE KEY-----"'
}

function unsuited(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'ec') {
    return details?.namedCurve === 'prime256v1'
      ? undefined
      : `is an ECDSA key on ${details?.namedCurve}, not on P-256`
  }
  if (type !== 'rsa') return `is of type ${type}, neither ECDSA nor RSA`
  const bits = details?.modulusLength ?? 0
  return bits < 2048 ? `is an RSA key of ${bits} bits` : undefined
}

function locked(passphrase: string | undefined): Failure {
  return passphrase === undefined
    ? new Failure('KEY_INVALID', 'cosign-key is encrypted, and cosign-password is not given', {
        hint: 'Give the passphrase of the key as cosign-password, from a secret.',
      })
    : new Failure('KEY_INVALID', 'cosign-key does not open with the passphrase in cosign-password', {
        hint: 'Check that both secrets are of the same key, and that the passphrase has no blanks or line ends around it.',
      })
}

function invalid(what: string): Failure {
  return new Failure('KEY_INVALID', `cosign-key ${what}`, { hint })
}
