import { sign, type KeyObject } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { checkpoint } from './checkpoint.ts'
import { bytesAt, parseJson, textAt, valueAt } from './json-fields.ts'
import { leafHash, MerkleTree } from './merkle.ts'
import { readTile } from './merkle-tile.ts'
import { json, Refusal, routes, withRpcErrors, type Handler } from './service.ts'
import { isSignatureOfDigest } from './signature.ts'
import { sha256, type SigningKey } from './signing-key.ts'
import { verificationKey } from './verification-key.ts'

const host = '127.0.0.1'
const kindVersion = { kind: 'hashedrekord', version: '0.0.2' }
const invalid = 'invalid hashedrekord request'

/** What a Rekor v2 log is called by: hash of its origin and Ed25519 key (C2SP signed-note). */
export function noteKeyId(origin: string, spki: Buffer): Buffer {
  return sha256(`${origin}\n`, Buffer.from([1]), spki.subarray(-32))
}

/** Rekor's v2 API, which takes hashedrekord requests only and answers the entry with its proof; and the log's tiles to read. */
export function rekorV2(key: SigningKey): Handler {
  const tree = new MerkleTree()
  const known = new Map<string, number>()
  const keyId = noteKeyId(host, key.spki)
  const note = (): string =>
    checkpoint({ name: host, origin: host, tree, keyId, sign: text => sign(null, text, key.privateKey) })

  return withRpcErrors(
    routes({
      'GET /healthz': () => json({ status: 'SERVING' }),
      'GET /api/v2/checkpoint': () => ({ status: 200, body: note() }),
      'GET /api/v2/tile/.*': ({ path }) => ({ status: 200, body: readTile(tree, path) }),
      'POST /api/v2/log/entries': call => {
        const body = Buffer.from(canonicalJson(toEntry(parseJson(call.body))))
        const hash = leafHash(body)
        const before = known.get(hash.toString('hex'))
        if (before !== undefined) {
          const message = `an equivalent entry already exists in the transparency log with index ${before}`
          throw new Refusal(409, message, { 'x-log-index': String(before) })
        }
        const index = tree.append(hash)
        known.set(hash.toString('hex'), index)
        const inclusionProof = {
          logIndex: String(index),
          rootHash: tree.rootHash().toString('base64'),
          treeSize: String(tree.size),
          hashes: tree.proof(index).map(one => one.toString('base64')),
          checkpoint: { envelope: note() },
        }
        const entry = {
          logIndex: String(index),
          logId: { keyId: keyId.toString('base64') },
          kindVersion,
          integratedTime: '0',
          inclusionPromise: null,
          inclusionProof,
          canonicalizedBody: body.toString('base64'),
        }
        return json(entry, 201)
      },
    }),
  )
}

function toEntry(body: unknown): unknown {
  const request = valueAt(body, 'hashedRekordRequestV002')
  if (request === undefined) throw new Refusal(400, 'invalid type, must be hashedrekord')
  const digest = bytesAt(request, 'digest')
  const content = bytesAt(request, 'signature', 'content')
  const { key, verifier } = readVerifier(request)
  if (digest.length !== 32 || !isSignatureOfDigest(digest, content, key)) throw new Refusal(400, invalid)
  const hashedRekordV002 = {
    data: { algorithm: 'SHA2_256', digest: digest.toString('base64') },
    signature: { content: content.toString('base64'), verifier },
  }
  return { apiVersion: kindVersion.version, kind: kindVersion.kind, spec: { hashedRekordV002 } }
}

function readVerifier(request: unknown): { readonly key: KeyObject; readonly verifier: unknown } {
  const given = valueAt(request, 'signature', 'verifier')
  const form = valueAt(given, 'x509Certificate') === undefined ? 'publicKey' : 'x509Certificate'
  const bytes = bytesAt(given, form, 'rawBytes')
  const key = verificationKey(form === 'publicKey' ? { spki: bytes } : { certificate: bytes })
  const keyDetails = textAt(given, 'keyDetails')
  const wanted = key.asymmetricKeyType === 'ec' ? 'PKIX_ECDSA_P256_SHA_256' : 'PKIX_RSA_PKCS1V15_'
  if (!keyDetails.startsWith(wanted)) throw new Refusal(400, invalid)
  return { key, verifier: { keyDetails, [form]: { rawBytes: bytes.toString('base64') } } }
}
