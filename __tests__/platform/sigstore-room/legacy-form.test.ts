import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { openKeySigner } from '../../../src/sigstore/key-signer.ts'
import { legacyImage, legacyLayer, legacyTag, simpleSigning } from '../../../src/sigstore/legacy-form.ts'
import type { SignedPayload } from '../../../src/sigstore/sign-payloads.ts'
import { digest } from './payloads.ts'
import { openRoom, type Room } from './signing-room.ts'

const payload = simpleSigning('ghcr.io/acme/app', digest)

async function signed(room: Room): Promise<SignedPayload> {
  const [one] = await room.sign({ kind: 'blob', name: 'image', read: async () => payload })
  if (one === undefined) throw new Error('nothing was signed')
  return one
}

test('the payload is byte for byte what cosign signs', () => {
  expect(payload.toString()).toBe(
    `{"critical":{"identity":{"docker-reference":"ghcr.io/acme/app"},"image":{"docker-manifest-digest":"${digest}"},` +
      '"type":"cosign container image signature"},"optional":null}',
  )
  expect(legacyTag(digest)).toBe(`${digest.replace(':', '-')}.sig`)
})

test('a layer tells certificate, chain, log and time by the names that cosign knows', async () => {
  await using room = await openRoom({ tsa: true })
  const { descriptor, bytes } = legacyLayer(payload, await signed(room))
  expect(bytes).toEqual(payload)
  expect(descriptor).toMatchObject({
    mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    digest: digestOf(payload),
    size: payload.length,
  })
  const told = new Map(Object.entries(descriptor.annotations ?? {}))
  const certificate = new X509Certificate(told.get('dev.sigstore.cosign/certificate') ?? '')
  expect(certificate.subjectAltName).toBe(`URI:${room.sigstore.identity().subject}`)
  const [issuer] = (told.get('dev.sigstore.cosign/chain') ?? '').split(/(?<=END CERTIFICATE-----\n)/)
  expect(certificate.checkIssued(new X509Certificate(issuer ?? ''))).toBe(true)
  const bundle = JSON.parse(told.get('dev.sigstore.cosign/bundle') ?? '')
  expect(bundle).toEqual({
    SignedEntryTimestamp: expect.any(String),
    Payload: {
      body: expect.any(String),
      integratedTime: expect.any(Number),
      logIndex: expect.any(Number),
      logID: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  })
  expect(JSON.parse(Buffer.from(bundle.Payload.body, 'base64').toString())).toMatchObject({
    kind: 'hashedrekord',
  })
  expect(JSON.parse(told.get('dev.sigstore.cosign/rfc3161timestamp') ?? '')).toEqual({
    SignedRFC3161Timestamp: expect.any(String),
  })
})

test('the layer of a key without a log has its signature alone', async () => {
  const key = openKeySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  await using room = await openRoom({ key, rekor: undefined })
  const { descriptor } = legacyLayer(payload, await signed(room))
  expect(Object.keys(descriptor.annotations ?? {})).toEqual(['dev.cosignproject.cosign/signature'])
})

test('a log of the second API has no place in it', async () => {
  await using room = await openRoom({ rekor: 2, tsa: true })
  const one = await signed(room)
  expect(() => legacyLayer(payload, one)).toThrow(
    expect.objectContaining({ code: 'SIGNING_FAILED', hint: expect.stringContaining('signature-format') }),
  )
})

test('signatures that are there are kept', async () => {
  await using room = await openRoom()
  const [first, second] = [legacyLayer(payload, await signed(room)), legacyLayer(payload, await signed(room))]
  const { config, manifest } = legacyImage([first.descriptor], [second])
  const { layers, config: configDescriptor } = JSON.parse(manifest.toString())
  expect(layers).toEqual([first.descriptor, second.descriptor])
  expect(configDescriptor).toEqual({
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf(config),
    size: config.length,
  })
  expect(JSON.parse(config.toString()).rootfs.diff_ids).toEqual([
    first.descriptor.digest,
    second.descriptor.digest,
  ])
})
