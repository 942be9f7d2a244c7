import type { MerkleTree } from './merkle.ts'

export interface CheckpointOf {
  /** Who signs, as the signature line names it; with Rekor the log's host name. */
  readonly name: string
  /** First line of the text: the log's own name. */
  readonly origin: string
  readonly tree: MerkleTree
  /** The first four bytes tell which key signed. */
  readonly keyId: Buffer
  readonly sign: (text: Buffer) => Buffer
}

/** The tree's present state as a signed note (C2SP tlog-checkpoint). */
export function checkpoint({ name, origin, tree, keyId, sign }: CheckpointOf): string {
  const body = `${origin}\n${tree.size}\n${tree.rootHash().toString('base64')}\n`
  const signature = Buffer.concat([keyId.subarray(0, 4), sign(Buffer.from(body))])
  return `${body}\n— ${name} ${signature.toString('base64')}\n`
}
