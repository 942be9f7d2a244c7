import { expect, test } from 'vitest'
import { openCertificateSigner } from '../../../src/sigstore/certificate-signer.ts'
import type { IdentityProvider } from '../../../src/sigstore/identity.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { scriptedHttp, type ScriptedAnswer } from './scripted-http.ts'

const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl'
const identity: IdentityProvider = {
  token: async () => ({
    token,
    claims: { issuer: 'https://issuer.example', subject: 'me', expires: 0, texts: {} },
  }),
}

/** Of another key than any that the signer makes: it comes from a public test of Fulcio's form, cut to be no certificate. */
const stranger = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

test.for<[string, ScriptedAnswer, number]>([
  ['a refusal', { status: 400, body: { code: 3, message: `bad identity token ${token}` } }, 1],
  ['an outage', { status: 503, body: 'upstream connect error' }, 3],
  ['a page', { body: '<!doctype html><title>login</title>' }, 3],
  ['no certificates', { body: { signedCertificateEmbeddedSct: { chain: { certificates: [] } } } }, 3],
  [
    'something else for a certificate',
    { body: { signedCertificateEmbeddedSct: { chain: { certificates: [stranger] } } } },
    3,
  ],
])('%s fails as SIGNING_FAILED of Fulcio, without the token', async ([, answer, requests]) => {
  const world = fakePorts({ http: scriptedHttp(answer) })
  const signer = openCertificateSigner('https://fulcio.example', identity, world)
  const failure: unknown = await signer.sign(Buffer.from('x')).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringMatching(/^Fulcio \(fulcio\.example\) answered /),
    hint: expect.any(String),
  })
  expect([String(failure), ...world.lines].join('\n')).not.toContain('eyJ')
  expect(world.requests).toHaveLength(requests)
  expect(world.requests[0]).toMatchObject({
    method: 'POST',
    url: 'https://fulcio.example/api/v2/signingCert',
  })
})

test('asks once for all signatures that wait for the certificate', async () => {
  const world = fakePorts({ http: scriptedHttp({ status: 400 }) })
  const signer = openCertificateSigner('https://fulcio.example', identity, world)
  const all = await Promise.allSettled(['a', 'b', 'c'].map(async each => signer.sign(Buffer.from(each))))
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(world.requests).toHaveLength(1)
})
