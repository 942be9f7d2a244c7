/** GitHub takes less than 2 GiB for each. */
export const largestAsset = 2 * 1024 ** 3 - 1

/** A file that a release gets. */
export interface LocalAsset {
  /** Name in the release: flat, and of letters that GitHub leaves as they are. */
  readonly name: string
  /** Absolute path. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** 64 hex digits. */
  readonly sha256: string
  /**
   * `content` is what was released: another digest is another release. A `witness` tells of the run that made it (record,
   * signatures, findings), and is another one each time.
   */
  readonly role: 'content' | 'witness'
}

/** Media type by the name's ending. */
export function mediaTypeOf(name: string): string {
  const [, type] = mediaTypes.find(([ending]) => name.endsWith(ending)) ?? []
  return type ?? 'application/octet-stream'
}

const mediaTypes = [
  ['.spdx.json', 'application/spdx+json'],
  ['.sigstore.json', 'application/vnd.dev.sigstore.bundle.v0.3+json'],
  ['.sarif', 'application/sarif+json'],
  ['.json', 'application/json'],
  ['.tar.gz', 'application/gzip'],
  ['.tar', 'application/x-tar'],
  ['.txt', 'text/plain'],
  ['.pub', 'application/x-pem-file'],
] as const
