import { sign } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { checkpoint } from './checkpoint.ts'
import { listAt, parseJson } from './json-fields.ts'
import { leafHash, MerkleTree } from './merkle.ts'
import { toPem } from './pem.ts'
import { canonicalEntry } from './rekor-v1-entry.ts'
import { json, Refusal, routes, type Handler } from './service.ts'
import { sha256, type SigningKey } from './signing-key.ts'

/** One entry of the log. */
interface Entry {
  readonly id: string
  readonly body: Buffer
  /** Place in its tree. */
  readonly place: number
  /** Seconds. */
  readonly time: number
}

const host = '127.0.0.1'
const treeId = 1193050959916656506n
/** Entries of the trees before this one: as in the public log, an entry's index is not its place in its tree. */
const earlier = 5_000_000

/** Rekor's v1 API: entries of the types dsse and hashedrekord 0.0.1, each with its promise, proof and checkpoint. */
export function rekorV1(key: SigningKey): Handler {
  const tree = new MerkleTree()
  const entries: Entry[] = []
  const logId = sha256(key.spki)
  const signed = (text: Buffer): Buffer => sign('sha256', text, key.privateKey)
  const note = (): string =>
    checkpoint({ name: host, origin: `${host} - ${treeId}`, tree, keyId: logId, sign: signed })
  const find = (id: string): Entry | undefined => entries.find(entry => entry.id.endsWith(id))

  function shown({ id, body, place, time }: Entry): Readonly<Record<string, unknown>> {
    const promised = {
      body: body.toString('base64'),
      integratedTime: time,
      logID: logId.toString('hex'),
      logIndex: earlier + place,
    }
    const signedEntryTimestamp = signed(Buffer.from(canonicalJson(promised))).toString('base64')
    const inclusionProof = {
      logIndex: place,
      treeSize: tree.size,
      rootHash: tree.rootHash().toString('hex'),
      hashes: tree.proof(place).map(hash => hash.toString('hex')),
      checkpoint: note(),
    }
    return { [id]: { ...promised, verification: { signedEntryTimestamp, inclusionProof } } }
  }

  return routes({
    'GET /ping': () => ({ status: 200, body: '.' }),
    'GET /api/v1/log/publicKey': () => ({
      status: 200,
      headers: { 'content-type': 'application/x-pem-file' },
      body: toPem(key.spki, 'PUBLIC KEY'),
    }),
    'GET /api/v1/log': () =>
      json({
        treeID: String(treeId),
        treeSize: tree.size,
        rootHash: tree.rootHash().toString('hex'),
        signedTreeHead: note(),
        inactiveShards: [],
      }),
    'POST /api/v1/log/entries': call => {
      const body = canonicalEntry(parseJson(call.body))
      const id = entryId(body)
      const location = `/api/v1/log/entries/${id}`
      if (find(id)) {
        const message = `an equivalent entry already exists in the transparency log with UUID ${id}`
        throw new Refusal(409, message, { location })
      }
      const place = tree.append(leafHash(body))
      const entry = { id, body, place, time: Math.floor(Date.now() / 1000) }
      entries.push(entry)
      return json(shown(entry), 201, { location, etag: id })
    },
    'GET /api/v1/log/entries': ({ query }) => {
      const entry = entries[Number(query.get('logIndex')) - earlier]
      if (!entry) throw new Refusal(404, 'no such entry')
      return json(shown(entry))
    },
    'GET /api/v1/log/entries/:id': ({ path }) => {
      const id = path.split('/').at(-1) ?? ''
      const entry = /^([0-9a-f]{16})?[0-9a-f]{64}$/.test(id) ? find(id) : undefined
      if (!entry) throw new Refusal(404, 'no such entry')
      return json(shown(entry))
    },
    'POST /api/v1/log/entries/retrieve': call => {
      const query = parseJson(call.body)
      const found = [
        ...listAt(query, 'logIndexes').map(index => entries[Number(index) - earlier]),
        ...listAt(query, 'entryUUIDs').map(id => find(String(id))),
        ...listAt(query, 'entries').map(proposed => find(entryId(canonicalEntry(proposed)))),
      ]
      return json(found.filter(entry => entry !== undefined).map(shown))
    },
  })
}

/** The tree's number and the leaf's hash, which together are an entry's UUID. */
function entryId(body: Buffer): string {
  return treeId.toString(16).padStart(16, '0') + leafHash(body).toString('hex')
}
