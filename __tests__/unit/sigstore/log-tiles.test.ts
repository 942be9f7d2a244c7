import { generateKeyPairSync } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { Transient } from '../../../src/domain/transient.ts'
import { readCheckpoint } from '../../../src/sigstore/log-checkpoint.ts'
import { readProof } from '../../../src/sigstore/log-tiles.ts'
import { parseTrustedRoot } from '../../../src/sigstore/trusted-root.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { checkpoint } from '../../support/sigstore/checkpoint.ts'
import { readTile } from '../../support/sigstore/merkle-tile.ts'
import { leafHash, MerkleTree } from '../../support/sigstore/merkle.ts'
import { noteKeyId } from '../../support/sigstore/rekor-v2.ts'

const spki = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
const keyId = noteKeyId('log.example', spki)
const service = { name: 'Rekor', url: 'https://log.example' } as const
const root = parseTrustedRoot(
  {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: service.url,
        publicKey: { rawBytes: spki.toString('base64'), keyDetails: 'PKIX_ED25519' },
        logId: { keyId: keyId.toString('base64') },
      },
    ],
  },
  'root',
)

function treeOf(size: number): MerkleTree {
  const tree = new MerkleTree()
  for (let at = 0; at < size; at += 1) tree.append(leafHash(Buffer.from(String(at))))
  return tree
}

function served(tree: MerkleTree, without: RegExp = /^$/): Parameters<typeof readProof>[2] {
  const envelope = checkpoint({
    name: 'log.example',
    origin: 'log.example',
    tree,
    keyId,
    sign: () => Buffer.alloc(64),
  })
  const answer = (path: string): { status: number; body: Buffer } => {
    if (without.test(path)) return { status: 404, body: Buffer.alloc(0) }
    if (path.endsWith('/checkpoint')) return { status: 200, body: Buffer.from(envelope) }
    try {
      return { status: 200, body: readTile(tree, path) }
    } catch {
      return { status: 404, body: Buffer.alloc(0) }
    }
  }
  const { http, clock } = fakePorts({
    http: async ({ url }) => {
      const { status, body } = answer(new URL(url).pathname)
      return { status, headers: {}, url, body: Readable.from([body]) }
    },
  })
  return { http, clock, root }
}

test.for([1, 2, 3, 7, 8, 255, 256, 257, 300, 512, 1_000])(
  'proves leaves of a log of %i, as the tree itself does',
  async size => {
    const tree = treeOf(size)
    const places = [...new Set([0, 1, 127, 255, 256, 299, size - 2, size - 1])]
    for (const index of places.filter(each => each >= 0 && each < size)) {
      const proof = await readProof(service, index, served(tree))
      expect(proof?.inclusionProof).toMatchObject({
        logIndex: String(index),
        treeSize: String(size),
        rootHash: tree.rootHash(),
        hashes: tree.proof(index),
      })
      expect(proof?.logId.keyId).toEqual(keyId)
    }
  },
)

test('a tile that became full is read under its plain name', async () => {
  const grown = treeOf(400)
  const earlier = treeOf(200)
  const world = served(earlier)
  const { http } = served(grown, /\.p\//)
  const mixed = {
    ...world,
    http: {
      send: (request: Parameters<typeof http.send>[0]) =>
        (request.url.includes('tile') ? http : world.http).send(request),
    },
  }
  expect((await readProof(service, 5, mixed))?.inclusionProof?.hashes).toEqual(earlier.proof(5))
})

test.for<[string, number, RegExp]>([
  ['the log serves no checkpoint', 3, /checkpoint/],
  ['the log serves no tiles', 3, /tile/],
])('gives no proof when %s', async ([, index, without]) => {
  expect(await readProof(service, index, served(treeOf(20), without))).toBeUndefined()
})

test('a leaf that the checkpoint does not cover yet is to be asked for again', async () => {
  await expect(readProof(service, 20, served(treeOf(20)))).rejects.toBeInstanceOf(Transient)
})

test('gives no proof of a log that the trusted root does not know', async () => {
  const stranger = { ...served(treeOf(20)), root: { ...root, tlogs: [] } }
  expect(await readProof(service, 3, stranger)).toBeUndefined()
})

test.for(['', 'log\n', 'log\nmany\nAAAA\n', 'log\n5\nnot base64\n\n'])('takes %j for no checkpoint', text => {
  expect(readCheckpoint(text)).toBeUndefined()
})
