import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { readPrivateKey } from '../../../src/melange/private-key.ts'

const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs1 = key.export({ type: 'pkcs1', format: 'pem' }).toString()
const pkcs8 = key.export({ type: 'pkcs8', format: 'pem' }).toString()
const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const encrypted = { cipher: 'aes-256-cbc', passphrase: 'hidden', format: 'pem' } as const
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey

it.each([
  ['PKCS#1', pkcs1],
  ['PKCS#8', pkcs8],
  ['CRLF', pkcs8.replaceAll('\n', '\r\n')],
  ['\\n written out', pkcs1.replaceAll('\n', '\\n')],
  ['\\r\\n written out', pkcs1.replaceAll('\n', '\\r\\n')],
  ['no final newline', pkcs1.trimEnd()],
  ['blanks for line ends', pkcs1.replaceAll('\n', ' ')],
  ['indented', pkcs1.replaceAll('\n', '\n      ')],
  ['in quotes', JSON.stringify(pkcs1)],
  ['text around it', `my key\n${pkcs8}\nend`],
  ['the public key before it', `${spki}${pkcs8}`],
])('takes %s and answers PKCS#1', (_, text) => {
  expect(readPrivateKey(text)).toEqual({ privateKey: pkcs1, publicKey: spki })
})

it.each([
  ['', 'is empty'],
  ['true', 'is not a PEM text'],
  [spki, 'is a public key'],
  [publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'is a public key'],
  ['ssh-rsa AAAAB3NzaC1yc2E me@host', 'is a public key (of SSH)'],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'is a certificate'],
  [key.export({ type: 'pkcs8', ...encrypted }).toString(), 'is encrypted'],
  [key.export({ type: 'pkcs1', ...encrypted }).toString(), 'is encrypted'],
  [ec.export({ type: 'sec1', format: 'pem' }).toString(), 'is a ec key, not RSA'],
  [ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'is a ec key, not RSA'],
  [pss.export({ type: 'pkcs8', format: 'pem' }).toString(), 'is a rsa-pss key, not RSA'],
  [
    small.export({ type: 'pkcs1', format: 'pem' }).toString(),
    'is an RSA key of 1024 bits; 2048 is the least',
  ],
  [
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
    "is in OpenSSH's own format",
  ],
  [pkcs1.slice(0, 900), 'is cut off'],
  [pkcs1.replace(/\n[^\n]{64}\n/, '\n'), 'is damaged'],
  [Buffer.from(pkcs1).toString('base64'), 'is the base64 of a PEM text'],
  [
    '-----BEGIN PGP MESSAGE-----\nhQEM\n-----END PGP MESSAGE-----',
    'is a PEM text of another kind (PGP MESSAGE)',
  ],
])('refuses %#: it %s', (text, what) => {
  const failure = failureOf(text)
  expect(failure.code).toBe('KEY_INVALID')
  expect(failure.message).toContain(`signing-key ${what}`)
  for (const line of text.split('\n').filter(each => each.length > 20 && !each.startsWith('-'))) {
    expect(JSON.stringify([failure.message, failure.hint, String(failure.cause)])).not.toContain(line)
  }
})

it('answers a pair', () => {
  const texts = readPrivateKey(pkcs8)
  const derived = createPublicKey(createPrivateKey(texts.privateKey))
  expect(derived.equals(createPublicKey(texts.publicKey))).toBe(true)
})

function failureOf(text: string): Failure {
  try {
    readPrivateKey(text)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it was taken')
}
