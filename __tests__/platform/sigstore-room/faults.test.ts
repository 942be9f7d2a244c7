import { createHash, generateKeyPairSync } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { Transient } from '../../../src/domain/transient.ts'
import { openKeySigner } from '../../../src/sigstore/key-signer.ts'
import { openRekorV1 } from '../../../src/sigstore/rekor-v1-witness.ts'
import type { Fault, Trouble } from '../../support/sigstore/faults.ts'
import { startSigstore } from '../../support/sigstore/start.ts'
import { digest, file, image, nine, verify } from './payloads.ts'
import { openRoom, type RoomOptions } from './signing-room.ts'

const services = {
  oidc: { rekor: 1 },
  fulcio: { rekor: 1 },
  rekor: { rekor: 1 },
  rekor2: { rekor: 2, tsa: true },
  tsa: { rekor: 1, tsa: true },
} as const satisfies Partial<Record<Fault['service'], RoomOptions>>
type Faulty = keyof typeof services

const names: Readonly<Record<Faulty, string>> = {
  oidc: 'the identity endpoint',
  fulcio: 'Fulcio',
  rekor: 'Rekor',
  rekor2: 'Rekor',
  tsa: 'the timestamp authority',
}

const passing: readonly Trouble[] = [
  { kind: 'reset' },
  { kind: 'reset', acted: true },
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502, acted: true },
  { kind: 'status', status: 503 },
  { kind: 'garbage' },
  { kind: 'garbage', acted: true },
  { kind: 'garbage', body: '{"cut' },
  { kind: 'garbage', body: '{}' },
  { kind: 'repeated' },
]
const sigstore = await startSigstore()
afterAll(() => sigstore[Symbol.asyncDispose]())

const all = Object.keys(services).filter((service): service is Faulty => service in services)
const passes = all.flatMap(service =>
  passing.map(trouble => ({ service, trouble, what: JSON.stringify(trouble) })),
)

test.for(passes)('$service: $what passes', async ({ service, trouble }) => {
  await using room = await openRoom({ ...services[service], sigstore })
  sigstore.faults.add({ service, times: 2, trouble })
  const [statement, blob] = await room.sign(image(), file('x'))
  const identity = sigstore.identity()
  expect(verify(statement, room.trust, { digest })).toMatchObject({ identity })
  expect(verify(blob, room.trust, { blob: Buffer.from('x') })).toEqual({ identity })
})

const lasting: readonly { readonly trouble: Trouble; readonly says: string }[] = [
  { trouble: { kind: 'reset' }, says: 'connection' },
  { trouble: { kind: 'status', status: 503 }, says: '503' },
  { trouble: { kind: 'status', status: 400, body: '{"code":3,"message":"no such thing"}' }, says: '400' },
  { trouble: { kind: 'garbage' }, says: 'something that is not' },
]

test.for(
  all.flatMap(service => lasting.map(each => ({ service, ...each, what: JSON.stringify(each.trouble) }))),
)('$service: $what for ever is a failure that names the service', async ({ service, trouble, says }) => {
  await using room = await openRoom({ ...services[service], deadline: 400 })
  room.sigstore.faults.add({ service, times: Infinity, trouble })
  const failure: unknown = await room.sign(image()).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringMatching(new RegExp(`^${names[service]} \\(127\\.0\\.0\\.1:\\d+\\).*${says}`)),
    hint: expect.any(String),
  })
  expect([String(failure), ...room.fake.lines].join('\n')).not.toMatch(/eyJ|BEGIN|runner-request-token/)
})

test.for(all)('%s refuses connections for a while', async service => {
  await using room = await openRoom({ ...services[service], deadline: 20_000 })
  const open = await room.sigstore.refuse(service)
  const [signing] = await Promise.all([room.sign(image()), room.world.clock.sleep(150).then(open)])
  verify(signing[0], room.trust, { digest })
  expect(room.fake.lines.join('\n')).toContain(`${names[service]} (127.0.0.1`)
})

test.for(all)('%s refuses connections for ever', async service => {
  await using room = await openRoom({ ...services[service], deadline: 300 })
  await room.sigstore.refuse(service)
  await expect(room.sign(image())).rejects.toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringMatching(new RegExp(`^${names[service]} .*refused`)),
  })
})

test.for(['rekor', 'rekor2'] as const)(
  '%s: an answer lost after the entry was made makes no second entry',
  async service => {
    await using room = await openRoom(services[service])
    room.sigstore.faults.add({ service, on: /^POST/, trouble: { kind: 'reset', acted: true } })
    const [signed] = await room.sign(image())
    verify(signed, room.trust, { digest })
    const posts = room.sigstore.journal.of(service, /^POST/)
    expect(posts.map(({ outcome }) => outcome)).toEqual(['reset', 409])
    expect(Number(signed?.bundle.verificationMaterial.tlogEntries[0]?.inclusionProof?.treeSize)).toBe(1)
  },
)

test('rekor2: where the log serves no tiles, a lost signature is made anew', async () => {
  await using room = await openRoom(services.rekor2)
  room.sigstore.faults.add(
    { service: 'rekor2', on: /^POST/, trouble: { kind: 'reset', acted: true } },
    { service: 'rekor2', on: /^GET/, times: Infinity, trouble: { kind: 'status', status: 404 } },
  )
  const [signed] = await room.sign(image())
  verify(signed, room.trust, { digest })
  expect(room.sigstore.journal.of('rekor2', /^POST/).map(({ outcome }) => outcome)).toEqual([
    'reset',
    409,
    201,
  ])
})

test('rekor2: a key whose signatures never differ cannot make one anew, and it is said', async () => {
  const key = openKeySigner(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  await using room = await openRoom({ ...services.rekor2, key })
  room.sigstore.faults.add(
    { service: 'rekor2', on: /^POST/, trouble: { kind: 'reset', acted: true } },
    { service: 'rekor2', on: /^GET/, times: Infinity, trouble: { kind: 'status', status: 404 } },
  )
  await expect(room.sign(image())).rejects.toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringContaining('has the signature of image already'),
  })
})

test('rekor: an answer that comes too late is not waited for, and its entry is found', async () => {
  await using room = await openRoom()
  const witness = openRekorV1(room.sigstore.urls.rekor, 300)
  room.sigstore.faults.add({ service: 'rekor', trouble: { kind: 'slow', milliseconds: 3_000 } })
  const { signature, verifier } = await room.signer.sign(Buffer.from('x'))
  const hash = createHash('sha256').update('x').digest()
  const content = {
    $case: 'messageSignature',
    messageSignature: { messageDigest: { algorithm: 1, digest: hash }, signature },
  } as const
  const signed = { content, signature, digest: hash, verifier }
  await expect(witness.testify(signed, 0)).rejects.toBeInstanceOf(Transient)
  expect((await witness.testify(signed, 1)).entries).toHaveLength(1)
  expect(room.sigstore.journal.of('rekor', /^GET/)).toHaveLength(1)
})

test('what one service gave is kept while another is repeated', async () => {
  await using room = await openRoom({ rekor: 1, tsa: true })
  room.sigstore.faults.add({ service: 'rekor', times: 3, trouble: { kind: 'status', status: 503 } })
  const [signed] = await room.sign(image())
  verify(signed, room.trust, { digest })
  expect(room.sigstore.journal.of('tsa')).toHaveLength(1)
  expect(room.sigstore.journal.of('rekor')).toHaveLength(4)
})

test('one payload that is refused ends the others', async () => {
  await using room = await openRoom({ deadline: 5_000 })
  room.sigstore.faults.add(
    { service: 'rekor', trouble: { kind: 'status', status: 400 } },
    { service: 'rekor', times: Infinity, trouble: { kind: 'status', status: 503 } },
  )
  await expect(room.sign(...nine.map(image))).rejects.toMatchObject({
    message: expect.stringContaining('400'),
  })
})
