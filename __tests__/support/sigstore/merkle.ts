import { sha256 } from './signing-key.ts'

/** Hash of a leaf of a Merkle tree (RFC 6962, section 2.1). */
export function leafHash(leaf: Uint8Array): Buffer {
  return sha256(Buffer.from([0]), leaf)
}

/** An append-only log's Merkle tree (RFC 6962, section 2.1), kept as the hashes of its leaves. */
export class MerkleTree {
  readonly #leaves: Buffer[] = []

  get size(): number {
    return this.#leaves.length
  }

  /** Adds the hash of a leaf and answers its index. */
  append(hash: Buffer): number {
    return this.#leaves.push(hash) - 1
  }

  rootHash(): Buffer {
    return rootOf(this.#leaves)
  }

  /** Hash over the leaves from `from` to before `to`. */
  hashOf(from: number, to: number): Buffer {
    return rootOf(this.#leaves.slice(from, to))
  }

  /** Audit path of the leaf, from the leaf up to the root. */
  proof(index: number): readonly Buffer[] {
    return pathTo(index, this.#leaves)
  }
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (!only) return sha256('')
  if (leaves.length === 1) return only
  const half = largestPowerBelow(leaves.length)
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)))
}

function pathTo(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return []
  const half = largestPowerBelow(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return index < half
    ? [...pathTo(index, left), rootOf(right)]
    : [...pathTo(index - half, right), rootOf(left)]
}

function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
