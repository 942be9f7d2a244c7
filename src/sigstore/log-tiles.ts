import { createHash } from 'node:crypto'
import type { TransparencyLogEntry } from '@sigstore/bundle'
import type { TrustedRoot } from '@sigstore/protobuf-specs'
import type { Ports } from '../ports.ts'
import { call } from './call.ts'
import { readCheckpoint } from './log-checkpoint.ts'
import type { Service } from './service.ts'
import { unreachable } from './service-failure.ts'

type Proven = Omit<TransparencyLogEntry, 'kindVersion' | 'canonicalizedBody'>
type World = Pick<Ports, 'http' | 'clock'> & { readonly root: TrustedRoot }
/** Hash over the leaves from `from` to before `to`. */
type Hashes = (from: number, to: number) => Promise<Buffer>

const absent = [404, 405, 501]
const hashSize = 32
const tileWidth = 256

/**
 * Proof that the log's leaf at `index` is in it, made from its checkpoint and tiles (C2SP tlog-tiles, below `/api/v2/`).
 * Undefined when the log does not serve them at its address. Transient(SIGNING_FAILED) while the checkpoint is older than the leaf.
 */
export async function readProof(service: Service, index: number, world: World): Promise<Proven | undefined> {
  const get = async (path: string): Promise<Buffer | undefined> => {
    const request = { method: 'GET', url: `${service.url}/api/v2/${path}`, taken: absent } as const
    const { status, body } = await call(service, request, world)
    return absent.includes(status) ? undefined : body
  }
  const envelope = (await get('checkpoint'))?.toString('utf8')
  const checkpoint = envelope === undefined ? undefined : readCheckpoint(envelope)
  if (envelope === undefined || checkpoint === undefined) return undefined
  if (index >= checkpoint.size) throw unreachable(service, 'its checkpoint does not cover the entry yet')
  const log = world.root.tlogs.find(({ logId }) =>
    checkpoint.keyHints.some(hint => logId?.keyId.subarray(0, hint.length).equals(hint)),
  )
  if (log?.logId === undefined) return undefined
  const { size, rootHash } = checkpoint
  try {
    const hashes = await pathTo(index, [0, size], rangeHashes(size, get))
    return {
      logIndex: String(index),
      logId: log.logId,
      integratedTime: '0',
      inclusionPromise: undefined,
      inclusionProof: {
        logIndex: String(index),
        rootHash,
        treeSize: String(size),
        hashes,
        checkpoint: { envelope },
      },
    }
  } catch (error) {
    if (error instanceof MissingTile) return undefined
    throw error
  }
}

class MissingTile extends Error {
  override readonly name = 'MissingTile'
}

/** The hashes beside the way from the leaf up to the root, lowest first (RFC 6962, section 2.1.1). */
async function pathTo(
  index: number,
  [from, to]: readonly [number, number],
  hashes: Hashes,
): Promise<Buffer[]> {
  if (to - from <= 1) return []
  const middle = from + splitOf(to - from)
  return index < middle
    ? [...(await pathTo(index, [from, middle], hashes)), await hashes(middle, to)]
    : [...(await pathTo(index, [middle, to], hashes)), await hashes(from, middle)]
}

/** Hashes of ranges, read from tiles: level L holds the hashes of whole subtrees of 256^L leaves, 256 in a tile. */
function rangeHashes(size: number, get: (path: string) => Promise<Buffer | undefined>): Hashes {
  const tiles = new Map<string, Promise<Buffer>>()
  const tile = (level: number, number: number): Promise<Buffer> => {
    const width = Math.min(tileWidth, Math.floor(size / tileWidth ** level) - number * tileWidth)
    const path = `tile/${level}/${tileNumber(number)}`
    const found = tiles.get(path) ?? readTile(path, width, get)
    tiles.set(path, found)
    return found
  }
  return async function hash(from, to): Promise<Buffer> {
    const count = to - from
    const level = Math.log2(count)
    if (Number.isInteger(level) && from % count === 0 && level % 8 === 0) {
      const at = from / count
      const bytes = await tile(level / 8, Math.floor(at / tileWidth))
      const offset = (at % tileWidth) * hashSize
      return bytes.subarray(offset, offset + hashSize)
    }
    const middle = from + splitOf(count)
    const [left, right] = [await hash(from, middle), await hash(middle, to)]
    return createHash('sha256')
      .update(Buffer.concat([Buffer.of(1), left, right]))
      .digest()
  }
}

/** The tile that is not full yet has its width in its name; once full it may be there under the plain name alone. */
async function readTile(
  path: string,
  width: number,
  get: (path: string) => Promise<Buffer | undefined>,
): Promise<Buffer> {
  const partial = width < tileWidth ? await get(`${path}.p/${width}`) : undefined
  const bytes = partial ?? (await get(path))
  if (bytes === undefined || bytes.length < width * hashSize) throw new MissingTile(path)
  return bytes
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1)
}

/** `1234067` is `x001/x234/067`. */
function tileNumber(number: number): string {
  const digits = String(number)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/')
}
