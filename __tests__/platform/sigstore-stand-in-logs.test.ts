import { generateKeyPairSync, randomBytes, sign as signBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  firstRequest,
  payloadType,
  postJson,
  secondRequest,
  signByHand,
} from '../support/sigstore/by-hand.ts'
import { signerOf } from '../support/sigstore/by-library.ts'
import { isEcdsaOfDigest } from '../support/sigstore/ecdsa-digest.ts'
import { leafHash, MerkleTree } from '../support/sigstore/merkle.ts'
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

const sign = () => signByHand(sigstore, data)

describe('Rekor v1', () => {
  it('answers 409 with the place of an entry that it has, and finds it by place, index and content', async () => {
    const { rekor } = sigstore.urls
    const entry = firstRequest(await sign())
    const first = await postJson(`${rekor}/api/v1/log/entries`, entry)
    expect(first.status).toBe(201)
    const logged = (await first.json()) as Record<string, { logIndex: number }>
    await postJson(`${rekor}/api/v1/log/entries`, firstRequest(await sign()))
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
    const one = await sign()
    const answer = await postJson(
      `${sigstore.urls.rekor}/api/v1/log/entries`,
      firstRequest({ ...one, digest: sha256('other') }),
    )
    expect(answer.status).toBe(400)
  })
})

describe('Rekor v2', () => {
  const add = (body: unknown) => postJson(`${sigstore.urls.rekor2}/api/v2/log/entries`, body)

  it('logs a signature as a verifier wants it', async () => {
    const one = await sign()
    const [, second] = [await add(secondRequest(await sign())), await add(secondRequest(one))]
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
        payloadType,
        signatures: [{ sig: one.signature.toString('base64'), keyid: '' }],
      },
    }
    expect(signerOf(bundle, sigstore.trustedRoot(), data)?.subjectAlternativeName).toBe(
      sigstore.identity().subject,
    )
  })

  it('answers 409 with the index of an entry that it has', async () => {
    const request = secondRequest(await sign())
    await add(secondRequest(await sign()))
    await add(request)
    const again = await add(request)
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 6, message: expect.stringMatching(/ with index 1$/) })
  })

  it.each([
    ['an envelope', async () => ({ dsseRequestV002: {} }), 'invalid type, must be hashedrekord'],
    [
      'a signature on something else',
      async () => secondRequest({ ...(await sign()), digest: sha256('other') }),
      'invalid hashedrekord request',
    ],
  ])('refuses %s', async (_, request, message) => {
    const answer = await add(await request())
    expect([answer.status, await answer.json()]).toMatchObject([400, { message }])
  })

  it('serves checkpoint and tiles', async () => {
    for (let count = 0; count < 3; count += 1) await add(secondRequest(await sign()))
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
    const made = signBytes('sha256', message, privateKey)
    expect(isEcdsaOfDigest(sha256(message), made, publicKey)).toBe(true)
    expect(isEcdsaOfDigest(sha256(message, 'x'), made, publicKey)).toBe(false)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(isEcdsaOfDigest(sha256(message), made, other.publicKey)).toBe(false)
  }
})
