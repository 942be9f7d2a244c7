import { generateKeyPairSync } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { openKeySigner } from '../../../src/sigstore/key-signer.ts'
import { parseTrustedRoot } from '../../../src/sigstore/trusted-root.ts'
import { verifyBundle, type Target, type Trust } from '../../../src/sigstore/verify-bundle.ts'
import { startSigstore } from '../../support/sigstore/start.ts'
import { digest, file, image } from './payloads.ts'
import { openRoom } from './signing-room.ts'

const key = openKeySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const otherKey = await openKeySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey).expected()
if (!('publicKey' in otherKey)) throw new Error('not a key')

const issuer = 'https://token.actions.githubusercontent.com'
const sigstore = await startSigstore({ issuer })
const stranger = await startSigstore({ issuer })
const room = await openRoom({ sigstore, tsa: true })
const keyed = await openRoom({ sigstore, key })
afterAll(async () => {
  await room[Symbol.asyncDispose]()
  await keyed[Symbol.asyncDispose]()
  await sigstore[Symbol.asyncDispose]()
  await stranger[Symbol.asyncDispose]()
})
await room.sign(image(digestOf('an earlier one')))
const [statement, blob] = (await room.sign(image(), file('a package'))).map(({ json }) => json)
const [byKey] = (await keyed.sign(image())).map(({ json }) => json)
const { subject } = sigstore.identity()
const blobTarget = { blob: Buffer.from('a package') }

function check(json: string | undefined, trust: Partial<Trust>, of: Target): void {
  verifyBundle('ghcr.io/acme/app', JSON.parse(json ?? ''), { trust: { ...room.trust, ...trust }, of })
}

function identity(subject: string | RegExp, by: string = issuer): Partial<Trust> {
  return { signer: { identity: { subject, issuer: by } } }
}

test.for([
  ['exactly', subject],
  ['by a pattern', /https:\/\/github\.com\/acme\/images\/\.github\/workflows\/release\.yml@.*/],
  ['by alternatives', /nobody|https:\/\/github\.com\/acme\/.*/],
] as const)('accepts the subject %s', ([, expected]) => {
  expect(() => check(statement, identity(expected), { digest })).not.toThrow()
})

const strangersRoot = parseTrustedRoot(stranger.trustedRoot(), 'other root')

test.for<[string, string | undefined, Partial<Trust>, Target, RegExp]>([
  [
    'another subject',
    statement,
    identity(`${subject}x`),
    { digest },
    /it is of https:.*release\.yml@refs\/heads\/main, not of/,
  ],
  ['a part of the subject', statement, identity(subject.slice(0, -1)), { digest }, /not of/],
  [
    'the subject as a pattern, dots for anything',
    statement,
    identity(subject.replace('release.yml', 'release_yml')),
    { digest },
    /not of/,
  ],
  ['a pattern that fits a part only', statement, identity(/github\.com\/acme/), { digest }, /not of/],
  [
    'a pattern of alternatives that fit a part only',
    statement,
    identity(/nobody|https:/),
    { digest },
    /not of/,
  ],
  ['another issuer', statement, identity(subject, 'https://issuer.example'), { digest }, /vouched for by/],
  ['another image', statement, {}, { digest: digestOf('another') }, /says nothing of sha256:/],
  ['a statement for a file', statement, {}, blobTarget, /not of a file/],
  ['a file for a statement', blob, {}, { digest }, /not of a statement|of a file/],
  ['another file', blob, {}, { blob: Buffer.from('a packagf') }, /does not fit|another file/],
  ['another instance', statement, { root: strangersRoot }, { digest }, /not in the trusted root/],
  ['a key where an identity is wanted', byKey, {}, { digest }, /has no certificate/],
  ['an identity where a key is wanted', statement, { signer: otherKey }, { digest }, /has a certificate/],
  ['another key', byKey, { signer: otherKey }, { digest }, /does not fit/],
])('refuses %s', ([, json, trust, of, message]) => {
  expect(() => check(json, trust, of)).toThrow(
    expect.objectContaining({ code: 'SIGNATURE_INVALID', message: expect.stringMatching(message) }),
  )
})

/** The bundle with the value at the path changed: texts get another character in their middle, lists lose their items. */
function tampered(json: string | undefined, path: readonly (string | number)[]): string {
  const bundle: unknown = JSON.parse(json ?? '')
  const last = path.at(-1) ?? ''
  const parent = path.slice(0, -1).reduce<unknown>((at, part) => Reflect.get(Object(at), part), bundle)
  const value: unknown = Reflect.get(Object(parent), last)
  if (typeof value !== 'string' && !Array.isArray(value)) throw new Error(`nothing at ${path.join('.')}`)
  Reflect.set(Object(parent), last, typeof value === 'string' ? changed(value) : [])
  return JSON.stringify(bundle)
}

function changed(text: string): string {
  const middle = Math.floor(text.length / 2)
  return `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`
}

const entry = ['verificationMaterial', 'tlogEntries', 0]

test.for<[string, readonly (string | number)[]]>([
  ['the payload', ['dsseEnvelope', 'payload']],
  ['the type of the payload', ['dsseEnvelope', 'payloadType']],
  ['the signature', ['dsseEnvelope', 'signatures', 0, 'sig']],
  ['the certificate', ['verificationMaterial', 'certificate', 'rawBytes']],
  ['the promise of the log', [...entry, 'inclusionPromise', 'signedEntryTimestamp']],
  ['the proof, left out', [...entry, 'inclusionProof', 'hashes']],
  ['the checkpoint', [...entry, 'inclusionProof', 'checkpoint', 'envelope']],
  ['the log entry', [...entry, 'canonicalizedBody']],
  ['the name of the log', [...entry, 'logId', 'keyId']],
  [
    'the timestamp',
    ['verificationMaterial', 'timestampVerificationData', 'rfc3161Timestamps', 0, 'signedTimestamp'],
  ],
  ['the log entries, left out', ['verificationMaterial', 'tlogEntries']],
  ['the signatures, left out', ['dsseEnvelope', 'signatures']],
])('notices a change of %s', ([, path]) => {
  expect(() => check(tampered(statement, path), {}, { digest })).toThrow(
    expect.objectContaining({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('ghcr.io/acme/app'),
    }),
  )
})

test('a log entry of another signature proves nothing', async () => {
  const [other] = await room.sign(image())
  const bundle = JSON.parse(statement ?? '')
  bundle.verificationMaterial.tlogEntries = JSON.parse(other?.json ?? '').verificationMaterial.tlogEntries
  expect(() => check(JSON.stringify(bundle), {}, { digest })).toThrow(
    expect.objectContaining({ message: expect.stringContaining('log entry is of another signature') }),
  )
})

test('without a log a signature is accepted only where none is asked for', async () => {
  await using stamped = await openRoom({ sigstore, rekor: undefined, tsa: true })
  const [signed] = await stamped.sign(image())
  check(signed?.json, { log: false }, { digest })
  expect(() => check(signed?.json, { log: true }, { digest })).toThrow(/not in a log/)
})

test.for([
  ['nothing', null],
  ['a text', 'text'],
  ['an empty object', {}],
  ['another version', { mediaType: 'application/vnd.dev.sigstore.bundle.v9+json' }],
  [
    'an envelope without material',
    { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: {} },
  ],
])('%s is no bundle', ([, document]) => {
  expect(() => verifyBundle('it', document, { trust: room.trust, of: { digest } })).toThrow(
    expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
  )
})
