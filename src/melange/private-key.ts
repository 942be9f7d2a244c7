import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { Failure } from '../domain/failure.ts'

/** A private RSA key in the two forms that melange and apk read. */
export interface KeyTexts {
  /** PKCS#1, `RSA PRIVATE KEY`: the only one that melange takes. */
  readonly privateKey: string
  /** SubjectPublicKeyInfo, `PUBLIC KEY`. */
  readonly publicKey: string
}

const leastBits = 2048
const hint =
  'Give the PEM text of an RSA private key, as `melange keygen` or `openssl genrsa 4096` writes it.'

/**
 * Reads the text of a private key, mending what happens to secrets on their way (CRLF, `\n` as two characters, blanks for
 * line ends). Fails with KEY_INVALID that names what it is instead; never with any part of it.
 */
export function readPrivateKey(text: string): KeyTexts {
  const block = findBlock(text)
  const key = decode(block)
  if (key.asymmetricKeyType !== 'rsa') throw invalid(`is a ${key.asymmetricKeyType} key, not RSA`)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < leastBits) throw invalid(`is an RSA key of ${bits} bits; ${leastBits} is the least`)
  return {
    privateKey: key.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
  }
}

interface Block {
  readonly label: string
  readonly body: string
}

function findBlock(text: string): Block {
  const plain = text.replaceAll(/\\r|\r/g, '').replaceAll(String.raw`\n`, '\n')
  const found = [...plain.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs)]
  const blocks = found.map(([, label = '', body = '']) => ({ label, body }))
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY')) ?? blocks[0]
  if (block === undefined) throw invalid(withoutBlock(plain))
  const other = otherThanPrivate(block)
  if (other !== undefined) throw invalid(other)
  return block
}

function withoutBlock(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return 'is empty'
  if (/^(ssh-|ecdsa-)/.test(trimmed)) return 'is a public key (of SSH), not a private one'
  if (trimmed.includes('-----BEGIN'))
    return 'is cut off: its last line, "-----END … PRIVATE KEY-----", is missing'
  if (Buffer.from(trimmed, 'base64').toString('latin1').startsWith('-----BEGIN')) {
    return 'is the base64 of a PEM text, not the PEM text itself'
  }
  return 'is not a PEM text: it has no line "-----BEGIN … PRIVATE KEY-----"'
}

function otherThanPrivate({ label, body }: Block): string | undefined {
  if (label.endsWith('PUBLIC KEY')) return 'is a public key; the private one is needed'
  if (label.endsWith('CERTIFICATE')) return 'is a certificate, not a private key'
  if (label === 'ENCRYPTED PRIVATE KEY' || body.includes('ENCRYPTED')) {
    return 'is encrypted; melange has no way to ask for its passphrase'
  }
  if (label === 'OPENSSH PRIVATE KEY') {
    return "is in OpenSSH's own format; `ssh-keygen -p -m PEM -f <file>` rewrites it as PEM"
  }
  return label.endsWith('PRIVATE KEY') ? undefined : `is a PEM text of another kind (${label})`
}

function decode({ label, body }: Block): KeyObject {
  const base64 = body.replaceAll(/\s+/g, '').replaceAll(/(.{64})/g, '$1\n')
  try {
    return createPrivateKey(`-----BEGIN ${label}-----\n${base64.trimEnd()}\n-----END ${label}-----\n`)
  } catch (cause) {
    throw invalid('is damaged: what its PEM text holds cannot be decoded', cause)
  }
}

function invalid(what: string, cause?: unknown): Failure {
  return new Failure('KEY_INVALID', `signing-key ${what}`, { hint, cause })
}
