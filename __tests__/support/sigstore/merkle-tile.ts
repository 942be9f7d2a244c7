import type { MerkleTree } from './merkle.ts'
import { Refusal } from './service.ts'

const width = 256

/** Hashes of a tile that the path names (C2SP tlog-tiles: `…/tile/<level>/<number>[.p/<width>]`); a Refusal with 404 beyond the tree. */
export function readTile(tree: MerkleTree, path: string): Buffer {
  const [, level = '', groups = '', partial] =
    /\/tile\/(\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? []
  const leaves = width ** Number(level)
  const first = Number(groups.replace(/\D/g, '')) * width
  const count = partial === undefined ? width : Number(partial)
  if (groups === '' || (first + count) * leaves > tree.size) throw new Refusal(404, `there is no ${path}`)
  const hashes = Array.from({ length: count }, (_, at) => {
    return tree.hashOf((first + at) * leaves, (first + at + 1) * leaves)
  })
  return Buffer.concat(hashes)
}
