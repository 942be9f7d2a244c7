/** What the build record tells of a release. */
export interface ReleaseOfRecord {
  readonly tag: string
  readonly id: number
  /** Its page. */
  readonly url: string
  readonly draft: boolean
  /** `made` now; `completed` after it was published before; `unchanged` when all was there. */
  readonly outcome: 'made' | 'completed' | 'unchanged'
  readonly assets: readonly AssetOfRecord[]
  /** Tags like `v1` that name it now. */
  readonly majorTags: readonly string[]
}

export interface AssetOfRecord {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}
