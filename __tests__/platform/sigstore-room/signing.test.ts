import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyHint, openKeySigner } from '../../../src/sigstore/key-signer.ts'
import type { SignedPayload } from '../../../src/sigstore/sign-payloads.ts'
import { spdxStatement, subjectOf } from '../../../src/sigstore/statement.ts'
import { digest, file, image, nine, verify } from './payloads.ts'
import { openRoom, type RoomOptions } from './signing-room.ts'

const v03 = 'application/vnd.dev.sigstore.bundle.v0.3+json'

test.for<[string, RoomOptions, string, number, number]>([
  ['Rekor v1', { rekor: 1 }, 'dsse 0.0.1', 1, 0],
  ['Rekor v1 and a timestamp authority', { rekor: 1, tsa: true }, 'dsse 0.0.1', 1, 1],
  ['Rekor v2 and a timestamp authority', { rekor: 2, tsa: true }, 'hashedrekord 0.0.2', 1, 1],
  ['a timestamp authority alone', { rekor: undefined, tsa: true }, '', 0, 1],
])('signs a statement and a file with %s', async ([, options, kind, entries, stamps]) => {
  await using room = await openRoom(options)
  const [statement, blob] = await room.sign(image(), file('a package'))
  const identity = room.sigstore.identity()
  expect(verify(statement, room.trust, { digest })).toEqual({
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
    identity,
  })
  expect(verify(blob, room.trust, { blob: Buffer.from('a package') })).toEqual({ identity })
  for (const signed of [statement, blob]) {
    expect(signed?.bundle.mediaType).toBe(v03)
    expect(signed?.bundle.verificationMaterial.tlogEntries).toHaveLength(entries)
    expect(signed?.bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps).toHaveLength(
      stamps,
    )
  }
  const [entry] = statement?.bundle.verificationMaterial.tlogEntries ?? []
  expect([entry?.kindVersion?.kind, entry?.kindVersion?.version].join(' ').trim()).toBe(kind)
})

test('nine payloads take one token and one certificate, and their answers come in order', async () => {
  await using room = await openRoom()
  const signed = await room.sign(...nine.map(image))
  for (const [at, each] of nine.entries()) verify(signed[at], room.trust, { digest: each })
  const { journal } = room.sigstore
  expect(journal.of('oidc')).toHaveLength(1)
  expect(journal.of('fulcio')).toHaveLength(1)
  expect(journal.of('rekor')).toHaveLength(9)
  expect(new Set(signed.map(leafOf)).size).toBe(1)
})

test('the certificate serves later signatures too, and its issuers are kept for the legacy form', async () => {
  await using room = await openRoom()
  const [first] = await room.sign(image())
  await room.sign(file('x'))
  expect(room.sigstore.journal.of('fulcio')).toHaveLength(1)
  expect(await room.signer.expected()).toEqual({ identity: room.sigstore.identity() })
  const leaf = new X509Certificate(Buffer.from(leafOf(first), 'base64'))
  const [issuer, root] = (first?.chain ?? []).map(pem => new X509Certificate(pem))
  expect(issuer && leaf.checkIssued(issuer)).toBe(true)
  expect(root && issuer?.checkIssued(root)).toBe(true)
})

test('a certificate that nears its end is made anew', async () => {
  await using room = await openRoom({ certificateLifetime: 60_000 })
  const [first] = await room.sign(image())
  const [second] = await room.sign(image())
  verify(first, room.trust, { digest })
  verify(second, room.trust, { digest })
  expect(room.sigstore.journal.of('fulcio')).toHaveLength(2)
})

test('a signature whose certificate ended before it was logged is made anew', async () => {
  await using room = await openRoom({ certificateLifetime: 1_500, deadline: 8_000, haste: 0.1 })
  // The log is away for as long as the certificate is good.
  room.sigstore.faults.add({ service: 'rekor', times: 5, trouble: { kind: 'status', status: 503 } })
  const [signed] = await room.sign(image())
  verify(signed, room.trust, { digest })
  expect(room.sigstore.journal.of('fulcio').length).toBeGreaterThan(1)
})

const keys = {
  'ECDSA P-256': openKeySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  RSA: openKeySigner(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
}

test.for(
  Object.entries(keys).flatMap(([name, key]) =>
    ([1, 2, undefined] as const).map(rekor => ({ name, key, rekor })),
  ),
)('signs with a key, $name, log $rekor', async ({ key, rekor }) => {
  await using room = await openRoom({ key, rekor })
  const [statement, blob] = await room.sign(image(), file('a package'))
  expect(verify(statement, room.trust, { digest })).not.toHaveProperty('identity')
  verify(blob, room.trust, { blob: Buffer.from('a package') })
  const { signer } = room.trust
  if (!('publicKey' in signer)) throw new Error('not a key')
  const hint = keyHint(signer.publicKey)
  expect(statement?.bundle.verificationMaterial.content).toEqual({ $case: 'publicKey', publicKey: { hint } })
  // cosign takes envelopes without a key id only.
  expect(JSON.parse(statement?.json ?? '')).not.toHaveProperty('dsseEnvelope.signatures.0.keyid')
  expect(room.sigstore.journal.of('oidc')).toEqual([])
  expect(room.sigstore.journal.of('fulcio')).toEqual([])
})

test('a statement that is too large for the log goes to the log that takes hashes, and it is said', async () => {
  await using room = await openRoom({ limits: { rekor: 8_000 } })
  const sbom = { spdxVersion: 'SPDX-2.3', comment: 'x'.repeat(20_000) }
  const statement = spdxStatement(subjectOf('ghcr.io/acme/app', digest), sbom)
  const [small, large] = await room.sign(image(), { kind: 'statement', name: 'SBOM', statement })
  verify(small, room.trust, { digest })
  expect(verify(large, room.trust, { digest }).predicate).toEqual(sbom)
  expect(large?.bundle.verificationMaterial.tlogEntries[0]?.kindVersion).toEqual({
    kind: 'hashedrekord',
    version: '0.0.2',
  })
  expect(room.fake.lines.filter(line => line.includes('Rekor v2 instead'))).toHaveLength(1)
})

function leafOf(signed: SignedPayload | undefined): string {
  const content = signed?.bundle.verificationMaterial.content
  return content?.$case === 'certificate' ? content.certificate.rawBytes.toString('base64') : ''
}
