import { spawn } from 'node:child_process'
import {
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { bundleFromJSON, bundleToJSON, type Bundle } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import {
  DSSEBundleBuilder,
  FulcioSigner,
  MessageSignatureBundleBuilder,
  RekorWitness,
  TSAWitness,
} from '@sigstore/sign'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isEcdsaOfDigest } from '../support/sigstore/ecdsa-digest.ts'
import type { Trouble } from '../support/sigstore/faults.ts'
import { leafHash, MerkleTree } from '../support/sigstore/merkle.ts'
import { startSigstore, type Sigstore } from '../support/sigstore/start.ts'

let sigstore: Sigstore

beforeEach(async () => {
  sigstore = await startSigstore()
})

afterEach(async () => {
  await sigstore.close()
})

const builders = { dsse: DSSEBundleBuilder, message: MessageSignatureBundleBuilder }
const type = 'application/vnd.in-toto+json'
const data = Buffer.from('{"subject":"an image"}')

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  parts
    .reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash('sha256'))
    .digest()

const postJson = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** What @sigstore/sign makes of the data with certificate, Rekor v1 and timestamp. */
async function signed(form: keyof typeof builders): Promise<Bundle> {
  const { urls } = sigstore
  const identityProvider = { getToken: async () => sigstore.token() }
  const once = { retry: 0, timeout: 10_000 }
  const builder = new builders[form]({
    signer: new FulcioSigner({ fulcioBaseURL: urls.fulcio, identityProvider, ...once }),
    witnesses: [
      new RekorWitness({ rekorBaseURL: urls.rekor, ...once }),
      new TSAWitness({ tsaBaseURL: urls.tsa, ...once }),
    ],
  })
  return await builder.create({ data, type })
}

/** Who signed, as @sigstore/verify says; it throws unless certificate, logs and times are all right. */
function signerOf(bundle: unknown, root = sigstore.trustedRoot()) {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(root))
  const read = bundleFromJSON(bundle)
  const entity = read.content.$case === 'messageSignature' ? toSignedEntity(read, data) : toSignedEntity(read)
  return new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }).verify(entity)
    .identity
}

interface Signature {
  readonly certificate: X509Certificate
  readonly digest: Buffer
  readonly signature: Buffer
  readonly key: KeyObject
}

/** A signature on a DSSE envelope of the data, by hand. */
async function signature(): Promise<Signature> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const answer = await certify({ privateKey, publicKey })
  const [leaf = ''] = ((await answer.json()) as Certified).signedCertificateEmbeddedSct.chain.certificates
  const paired = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${data.length} `), data])
  return {
    certificate: new X509Certificate(leaf),
    digest: sha256(paired),
    signature: sign('sha256', paired, privateKey),
    key: publicKey,
  }
}

interface Certified {
  readonly signedCertificateEmbeddedSct: { readonly chain: { readonly certificates: readonly string[] } }
}

interface Request {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly token?: string
}

const certify = ({ privateKey, publicKey, token = sigstore.token() }: Request): Promise<Response> => {
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    sub: string
  }
  const proof = sign('sha256', Buffer.from(sub), privateKey).toString('base64')
  return postJson(`${sigstore.urls.fulcio}/api/v2/signingCert`, {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey.export({ type: 'spki', format: 'pem' }) },
      proofOfPossession: proof,
    },
  })
}

function hashedRekord({ certificate, digest, signature }: Signature): unknown {
  const content = Buffer.from(certificate.toString()).toString('base64')
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
      signature: { content: signature.toString('base64'), publicKey: { content } },
    },
  }
}

function secondRequest({ certificate, digest, signature }: Signature): unknown {
  const x509Certificate = { rawBytes: certificate.raw.toString('base64') }
  const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', x509Certificate }
  const content = signature.toString('base64')
  return {
    hashedRekordRequestV002: { digest: digest.toString('base64'), signature: { content, verifier } },
  }
}

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
  it.each(['dsse', 'message'] as const)('is verified by @sigstore/verify: %s', async form => {
    const { subject, issuer } = sigstore.identity()
    expect(signerOf(bundleToJSON(await signed(form)))).toMatchObject({
      subjectAlternativeName: subject,
      extensions: { issuer },
    })
  })

  it('is signed by whom the job is', async () => {
    sigstore.become({ repository: 'octo/demo', ref: 'refs/tags/v1' })
    expect(signerOf(bundleToJSON(await signed('dsse')))?.subjectAlternativeName).toBe(
      'https://github.com/octo/demo/.github/workflows/release.yml@refs/tags/v1',
    )
  })

  it('means nothing to another one', async () => {
    await using other = await startSigstore()
    const bundle = bundleToJSON(await signed('dsse'))
    expect(() => signerOf(bundle, other.trustedRoot())).toThrow('timestamp could not be verified')
  })

  it.each([
    ['ctlogs', 'SCT verification failed'],
    ['tlogs', 'inclusion promise could not be verified'],
    ['certificateAuthorities', 'Failed to verify certificate chain'],
    ['timestampAuthorities', 'timestamp could not be verified'],
  ])('needs the %s of the trusted root', async (part, message) => {
    const bundle = bundleToJSON(await signed('dsse'))
    expect(() => signerOf(bundle, { ...sigstore.trustedRoot(), [part]: [] })).toThrow(message)
  })
})

describe('Fulcio', () => {
  it("gives a certificate with GitHub's facts, in a chain up to the root", async () => {
    const answer = await certify(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
    const { certificates } = ((await answer.json()) as Certified).signedCertificateEmbeddedSct.chain
    const [leaf, intermediate, root] = certificates.map(pem => new X509Certificate(pem))
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
    const answer = await certify({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), token: token() })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      code: 3,
      message: 'There was an error processing the identity token',
      details: [],
    })
  })

  it('refuses a key that the asker does not have', async () => {
    const [{ privateKey }, { publicKey }] = [0, 1].map(() =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ) as [Request, Request]
    const answer = await certify({ privateKey, publicKey })
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { message: 'The signature supplied in the request could not be verified' },
    ])
  })
})

describe('Rekor v1', () => {
  it('answers 409 with the place of an entry that it has, and finds it by place, index and content', async () => {
    const { rekor } = sigstore.urls
    const entry = hashedRekord(await signature())
    const first = await postJson(`${rekor}/api/v1/log/entries`, entry)
    expect(first.status).toBe(201)
    const logged = (await first.json()) as Record<string, { logIndex: number }>
    await postJson(`${rekor}/api/v1/log/entries`, hashedRekord(await signature()))
    const again = await postJson(`${rekor}/api/v1/log/entries`, entry)
    expect(again.status).toBe(409)
    const location = again.headers.get('location') ?? ''
    const [id = ''] = Object.keys(logged)
    expect(location).toBe(`/api/v1/log/entries/${id}`)
    const fixed = { [id]: expect.objectContaining({ logIndex: logged[id]?.logIndex }) }
    const byIndex = `/api/v1/log/entries?logIndex=${logged[id]?.logIndex}`
    expect(await (await fetch(rekor + location)).json()).toEqual(fixed)
    expect(await (await fetch(rekor + byIndex)).json()).toEqual(fixed)
    const found = await postJson(`${rekor}/api/v1/log/entries/retrieve`, { entries: [entry] })
    expect(await found.json()).toEqual([fixed])
  })

  it('refuses a signature on something else', async () => {
    const one = await signature()
    const answer = await postJson(
      `${sigstore.urls.rekor}/api/v1/log/entries`,
      hashedRekord({ ...one, digest: sha256('other') }),
    )
    expect(answer.status).toBe(400)
  })
})

describe('Rekor v2', () => {
  const add = (body: unknown) => postJson(`${sigstore.urls.rekor2}/api/v2/log/entries`, body)

  it('logs a signature as a verifier wants it', async () => {
    const one = await signature()
    const [, second] = [await add(secondRequest(await signature())), await add(secondRequest(one))]
    expect(second.status).toBe(201)
    const bundle = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: one.certificate.raw.toString('base64') },
        tlogEntries: [await second.json()],
        timestampVerificationData: { rfc3161Timestamps: [await timestamp(one.signature)] },
      },
      dsseEnvelope: {
        payload: data.toString('base64'),
        payloadType: type,
        signatures: [{ sig: one.signature.toString('base64'), keyid: '' }],
      },
    }
    expect(signerOf(bundle)?.subjectAlternativeName).toBe(sigstore.identity().subject)
  })

  it('answers 409 with the index of an entry that it has', async () => {
    const request = secondRequest(await signature())
    await add(secondRequest(await signature()))
    await add(request)
    const again = await add(request)
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 6, message: expect.stringMatching(/ with index 1$/) })
  })

  it.each([
    ['an envelope', async () => ({ dsseRequestV002: {} }), 'invalid type, must be hashedrekord'],
    [
      'a signature on something else',
      async () => secondRequest({ ...(await signature()), digest: sha256('other') }),
      'invalid hashedrekord request',
    ],
  ])('refuses %s', async (_, request, message) => {
    const answer = await add(await request())
    expect([answer.status, await answer.json()]).toMatchObject([400, { message }])
  })

  it('serves checkpoint and tiles', async () => {
    for (let count = 0; count < 3; count += 1) await add(secondRequest(await signature()))
    const { rekor2 } = sigstore.urls
    const [, size, root] = (await (await fetch(`${rekor2}/api/v2/checkpoint`)).text()).split('\n')
    const tile = Buffer.from(await (await fetch(`${rekor2}/api/v2/tile/0/000.p/3`)).arrayBuffer())
    const [a, b, c] = [0, 32, 64].map(at => tile.subarray(at, at + 32)) as [Buffer, Buffer, Buffer]
    const node = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right)
    expect([size, root]).toEqual(['3', node(node(a, b), c).toString('base64')])
    expect((await fetch(`${rekor2}/api/v2/tile/0/000`)).status).toBe(404)
  })

  async function timestamp(of: Buffer): Promise<unknown> {
    const artifactHash = sha256(of).toString('base64')
    const answer = await postJson(`${sigstore.urls.tsa}/api/v1/timestamp`, {
      artifactHash,
      hashAlgorithm: 'sha256',
    })
    return { signedTimestamp: Buffer.from(await answer.arrayBuffer()).toString('base64') }
  }
})

describe('the timestamp authority', () => {
  it.each([
    ['a hash that is too short', { artifactHash: 'AAAA', hashAlgorithm: 'sha256' }],
    ['a weak hash', { artifactHash: sha256('').toString('base64'), hashAlgorithm: 'sha1' }],
  ])('refuses %s', async (_, request) => {
    expect((await postJson(`${sigstore.urls.tsa}/api/v1/timestamp`, request)).status).toBe(400)
  })
})

describe('faults', () => {
  let request: unknown
  const add = () => postJson(`${sigstore.urls.rekor2}/api/v2/log/entries`, request)
  const meet = (trouble: Trouble) => sigstore.faults.add({ service: 'rekor2', trouble })

  beforeEach(async () => {
    request = secondRequest(await signature())
  })

  it('happen as often as told, after what is let through, where they fit', async () => {
    const trouble = { kind: 'status', status: 503 } as const
    sigstore.faults.add(
      { service: 'tsa', on: /^GET \/ping$/, after: 1, times: 2, trouble },
      { service: 'tsa', on: /other/, trouble },
    )
    const statuses = []
    for (let count = 0; count < 4; count += 1)
      statuses.push((await fetch(`${sigstore.urls.tsa}/ping`)).status)
    expect(statuses).toEqual([200, 503, 503, 200])
    expect(sigstore.faults.waiting).toMatchObject([{ on: /other/ }])
    expect(sigstore.journal.of('tsa').map(({ outcome, trouble }) => [outcome, trouble])).toEqual([
      [200, undefined],
      [503, 'status'],
      [503, 'status'],
      [200, undefined],
    ])
  })

  it('answer with status, headers and body', async () => {
    meet({ kind: 'status', status: 429, headers: { 'retry-after': '7' }, body: 'slowly' })
    const answer = await add()
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      429,
      '7',
      'slowly',
    ])
    expect((await add()).status).toBe(201)
  })

  it('answer with garbage', async () => {
    meet({ kind: 'garbage' })
    const answer = await add()
    expect([answer.status, (await answer.text()).startsWith('<')]).toEqual([200, true])
    expect((await add()).status).toBe(201)
  })

  it('reset the connection', async () => {
    meet({ kind: 'reset' })
    await expect(add()).rejects.toThrow('fetch failed')
    expect(sigstore.journal.of('rekor2').map(({ outcome }) => outcome)).toEqual(['reset'])
    expect((await add()).status).toBe(201)
  })

  it.each([
    ['reset', { kind: 'reset', acted: true }],
    ['502', { kind: 'status', status: 502, acted: true }],
    ['garbage', { kind: 'garbage', acted: true }],
  ] as const)('lose the answer to what was acted on: %s', async (_, trouble) => {
    meet(trouble)
    await add().catch(() => undefined)
    expect((await add()).status).toBe(409)
  })

  it('repeat a request', async () => {
    meet({ kind: 'repeated' })
    expect((await add()).status).toBe(409)
  })

  it('answer late, having acted at once; closing does not wait', async () => {
    meet({ kind: 'slow', milliseconds: 600_000 })
    const late = add().then(
      answer => answer.status,
      () => 'broken',
    )
    while (sigstore.journal.of('rekor2').length === 0) await new Promise(setImmediate)
    expect((await add()).status).toBe(409)
    await sigstore.close()
    expect(await late).toBe('broken')
  })

  it('refuse connections until told otherwise', async () => {
    const accept = await sigstore.refuse('rekor2')
    await expect(add()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await accept()
    expect((await add()).status).toBe(201)
  })
})

it('answers 413 to what is larger than a service takes', async () => {
  await using small = await startSigstore({ limits: { rekor: 100 } })
  const answer = await postJson(`${small.urls.rekor}/api/v1/log/entries`, { much: 'x'.repeat(100) })
  expect(answer.status).toBe(413)
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

describe('a tree', () => {
  it('proves each of its leaves, whatever its size', () => {
    const tree = new MerkleTree()
    const leaves: Buffer[] = []
    for (let size = 1; size <= 20; size += 1) {
      leaves.push(leafHash(Buffer.from(`leaf ${size}`)))
      tree.append(leaves.at(-1) ?? Buffer.alloc(0))
      for (const [index, leaf] of leaves.entries()) {
        expect(rootFrom({ leaf, index, size, path: tree.proof(index) })).toEqual(tree.rootHash())
      }
    }
  })

  /** RFC 9162, section 2.1.3.2. */
  function rootFrom({
    leaf,
    index,
    size,
    path,
  }: {
    leaf: Buffer
    index: number
    size: number
    path: readonly Buffer[]
  }) {
    let [at, last, hash] = [index, size - 1, leaf]
    for (const sibling of path) {
      if (at % 2 === 1 || at === last) {
        hash = sha256(Buffer.of(1), sibling, hash)
        while (at % 2 === 0 && at !== 0) [at, last] = [at >> 1, last >> 1]
      } else {
        hash = sha256(Buffer.of(1), hash, sibling)
      }
      ;[at, last] = [at >> 1, last >> 1]
    }
    return last === 0 ? hash : Buffer.alloc(0)
  }
})

it('tells signatures on a digest from others', () => {
  for (let count = 0; count < 20; count += 1) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const message = randomBytes(count)
    const made = sign('sha256', message, privateKey)
    expect(isEcdsaOfDigest(sha256(message), made, publicKey)).toBe(true)
    expect(isEcdsaOfDigest(sha256(message, 'x'), made, publicKey)).toBe(false)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(isEcdsaOfDigest(sha256(message), made, other.publicKey)).toBe(false)
  }
})
