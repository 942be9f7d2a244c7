/** State of a log, as its checkpoint says (C2SP tlog-checkpoint and signed-note); signatures are checked in verification. */
export interface Checkpoint {
  readonly size: number
  readonly rootHash: Buffer
  /** The first four bytes of the ids of the keys that signed it. */
  readonly keyHints: readonly Buffer[]
}

/** Reads a checkpoint; undefined when the text is none. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const [, size, root] = /^[^\n]+\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(text) ?? []
  if (size === undefined || root === undefined) return undefined
  const keyHints = [...text.matchAll(/^\u2014 \S+ (\S+)$/gm)].map(([, signature = '']) =>
    Buffer.from(signature, 'base64').subarray(0, 4),
  )
  return { size: Number(size), rootHash: Buffer.from(root, 'base64'), keyHints }
}
