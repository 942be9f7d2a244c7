import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askFulcio, chainOf, postJson, type CertificateRequest } from '../support/sigstore/by-hand.ts'
import { signByLibrary, signerOf } from '../support/sigstore/by-library.ts'
import { sha256 } from '../support/sigstore/signing-key.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'

let sigstore: Sigstore

beforeEach(async () => {
  sigstore = await startSigstore()
})

afterEach(async () => {
  await sigstore.close()
})

const data = Buffer.from('{"subject":"an image"}')

describe('the token endpoint', () => {
  const ask = (query: string, headers = {}) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = sigstore.env
    return fetch(`${url.replace(/\?.*/, '')}${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
  }

  it('gives a token for the audience that is asked for', async () => {
    const answer = (await (await ask('?api-version=2.0&audience=sigstore')).json()) as { value: string }
    const claims = JSON.parse(
      Buffer.from(answer.value.split('.')[1] ?? '', 'base64url').toString(),
    ) as unknown
    expect(claims).toMatchObject({
      iss: sigstore.identity().issuer,
      aud: 'sigstore',
      sub: 'repo:acme/images:ref:refs/heads/main',
      repository_visibility: 'public',
    })
  })

  it.each([
    ['of another job', '?api-version=2.0&audience=sigstore', { authorization: 'Bearer other' }, 401],
    ['without a bearer token', '?api-version=2.0', { authorization: '' }, 401],
    ['whose query was replaced', '?audience=sigstore', {}, 400],
  ])('refuses a request %s', async (_, query, headers, status) => {
    expect((await ask(query, headers)).status).toBe(status)
  })
})

describe('what is signed with it', () => {
  const verified = (bundle: unknown, root = sigstore.trustedRoot()) => signerOf(bundle, root, data)

  it.each(['dsse', 'message'] as const)('is verified by @sigstore/verify: %s', async form => {
    const { subject, issuer } = sigstore.identity()
    expect(verified(await signByLibrary(sigstore, form, data))).toMatchObject({
      subjectAlternativeName: subject,
      extensions: { issuer },
    })
  })

  it('is signed by whom the job is', async () => {
    sigstore.become({ repository: 'octo/demo', ref: 'refs/tags/v1' })
    expect(verified(await signByLibrary(sigstore, 'dsse', data))?.subjectAlternativeName).toBe(
      'https://github.com/octo/demo/.github/workflows/release.yml@refs/tags/v1',
    )
  })

  it('means nothing to another one', async () => {
    await using other = await startSigstore()
    const bundle = await signByLibrary(sigstore, 'dsse', data)
    expect(() => verified(bundle, other.trustedRoot())).toThrow('timestamp could not be verified')
  })

  it.each([
    ['ctlogs', 'SCT verification failed'],
    ['tlogs', 'inclusion promise could not be verified'],
    ['certificateAuthorities', 'Failed to verify certificate chain'],
    ['timestampAuthorities', 'timestamp could not be verified'],
  ])('needs the %s of the trusted root', async (part, message) => {
    const bundle = await signByLibrary(sigstore, 'dsse', data)
    expect(() => verified(bundle, { ...sigstore.trustedRoot(), [part]: [] })).toThrow(message)
  })
})

describe('Fulcio', () => {
  const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ask = (keys: Omit<CertificateRequest, 'token'>, token = sigstore.token()) =>
    askFulcio(sigstore.urls.fulcio, { ...keys, token })

  it("gives a certificate with GitHub's facts, in a chain up to the root", async () => {
    const [leaf, intermediate, root] = await chainOf(await ask(newKeys()))
    if (!leaf || !intermediate || !root) throw new Error('the chain is too short')
    expect(leaf.subjectAltName).toBe(`URI:${sigstore.identity().subject}`)
    expect(leaf.verify(intermediate.publicKey)).toBe(true)
    expect(intermediate.verify(root.publicKey)).toBe(true)
    expect(root.verify(root.publicKey)).toBe(true)
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3'])
    expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBe(600_000)
    for (const fact of ['https://github.com/acme/images/actions/runs/42/attempts/1', 'github-hosted']) {
      expect(leaf.raw.includes(fact)).toBe(true)
    }
  })

  it.each([
    ['for another audience', () => sigstore.token({ aud: 'nobody' })],
    ['of another issuer', () => sigstore.token({ iss: 'https://example.org' })],
    ['that has expired', () => sigstore.token({ exp: 1 })],
    ['that was changed', () => sigstore.token().replace(/\.[^.]+$/, `.${'A'.repeat(342)}`)],
  ])('refuses a token %s', async (_, token) => {
    const answer = await ask(newKeys(), token())
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      code: 3,
      message: 'There was an error processing the identity token',
      details: [],
    })
  })

  it('refuses a key that the asker does not have', async () => {
    const answer = await ask({ privateKey: newKeys().privateKey, publicKey: newKeys().publicKey })
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { message: 'The signature supplied in the request could not be verified' },
    ])
  })
})

describe('the timestamp authority', () => {
  it.each([
    ['a hash that is too short', { artifactHash: 'AAAA', hashAlgorithm: 'sha256' }],
    ['a weak hash', { artifactHash: sha256('').toString('base64'), hashAlgorithm: 'sha1' }],
  ])('refuses %s', async (_, request) => {
    expect((await postJson(`${sigstore.urls.tsa}/api/v1/timestamp`, request)).status).toBe(400)
  })
})

it('runs as a program that says where it is', async () => {
  const program = new URL('../support/sigstore/serve.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const said = JSON.parse(line) as { urls: { fulcio: string }; trustedRoot: string }
  expect((await fetch(`${said.urls.fulcio}/healthz`)).status).toBe(200)
  expect(existsSync(said.trustedRoot)).toBe(true)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(existsSync(said.trustedRoot)).toBe(false)
})
