import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readSigningKey } from '../../../src/sigstore/signing-key-text.ts'

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`../../fixtures/sigstore/${name}`, import.meta.url), 'utf8')
const [locked, publicKey] = [await fixture('cosign.key'), await fixture('cosign.pub')]
const passphrase = 'correct horse'
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1', lock?: string): string => {
  const how = lock === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: lock }
  return key.export({ format: 'pem', type, ...how }).toString()
}

test('opens the key that cosign 3.1.2 locked', async () => {
  const key = await readSigningKey(locked, passphrase)
  expect(createPublicKey(key).export({ format: 'pem', type: 'spki' })).toBe(publicKey)
})

test.for<[string, string, string | undefined, KeyObject]>([
  ['PKCS#8', pem(ec, 'pkcs8'), undefined, ec],
  ['SEC 1', pem(ec, 'sec1'), undefined, ec],
  ['RSA PKCS#1', pem(rsa, 'pkcs1'), undefined, rsa],
  ['encrypted PKCS#8', pem(ec, 'pkcs8', 'pw'), 'pw', ec],
  ['encrypted SEC 1 (Proc-Type)', pem(ec, 'sec1', 'pw'), 'pw', ec],
  ['a passphrase that is not needed', pem(ec, 'pkcs8'), 'pw', ec],
  ['CRLF', pem(ec, 'pkcs8').replaceAll('\n', '\r\n'), undefined, ec],
  ['line ends as two characters', pem(ec, 'pkcs8').replaceAll('\n', '\\n'), undefined, ec],
  ['blanks for line ends', pem(ec, 'pkcs8').replaceAll('\n', ' '), undefined, ec],
  [
    'parameters before it, as openssl writes them',
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(ec, 'sec1')}`,
    undefined,
    ec,
  ],
])('reads %s', async ([, text, given, key]) => {
  expect((await readSigningKey(text, given)).equals(key)).toBe(true)
})

const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const edwards = generateKeyPairSync('ed25519').privateKey
const cut = (text: string): string => text.replace(/.{70}\n-----END/s, '\n-----END')

test.for<[string, string, string | undefined, string]>([
  ['nothing', ' \n', undefined, 'is empty'],
  ['a path', 'cosign.key', undefined, 'is not a PEM text'],
  ['a public key', publicKey, undefined, 'is a public key'],
  ['no last line', pem(ec, 'pkcs8').split('-----END')[0] ?? '', undefined, 'last line may be missing'],
  ['a cut key', cut(pem(ec, 'pkcs8')), undefined, 'is cut off or changed'],
  ['a cut key of cosign', cut(locked), passphrase, 'is cut off or changed'],
  ['P-384', pem(p384, 'pkcs8'), undefined, 'on secp384r1, not on P-256'],
  ['RSA 1024', pem(small, 'pkcs8'), undefined, 'RSA key of 1024 bits'],
  ['Ed25519', pem(edwards, 'pkcs8'), undefined, 'is of type ed25519'],
  ['no passphrase', pem(ec, 'pkcs8', 'pw'), undefined, 'cosign-password is not given'],
  ['no passphrase for a key of cosign', locked, undefined, 'cosign-password is not given'],
  ['another passphrase', pem(ec, 'sec1', 'pw'), 'other-secret', 'does not open with the passphrase'],
  ['another passphrase for a key of cosign', locked, 'other-secret', 'does not open with the passphrase'],
])('refuses %s, and tells nothing of it', async ([, text, given, message]) => {
  const failure: unknown = await readSigningKey(text, given).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'KEY_INVALID', message: expect.stringContaining(message) })
  const told = JSON.stringify(failure) + String(failure)
  for (const line of text.split('\n').filter(each => each.length > 30)) expect(told).not.toContain(line)
  expect(told).not.toContain('other-secret')
})
