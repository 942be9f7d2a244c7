import type { Writer } from './notes-block.ts'
import type { Released, RecordFolder } from './released.ts'

/** A release that is to be there in the end. */
export interface ReleaseWish {
  /** `owner/name` */
  readonly repository: string
  /** `https://api.github.com` */
  readonly api: string
  /** `https://github.com` */
  readonly server: string
  readonly token: string
  readonly tag: string
  /** Whether the run is for that tag, so that it has to be there. */
  readonly isPushed: boolean
  /** Commit that was built from. */
  readonly commit: string | undefined
  /** The tag unless told. */
  readonly name: string | undefined
  /** Stands in the place of GitHub's generated notes. */
  readonly notes: string | undefined
  /** Whether it stays a draft. */
  readonly draft: boolean
  /** `auto`: as the version in the tag says. */
  readonly prerelease: 'auto' | 'true' | 'false'
  /** Whether assets of a published release may be replaced by others. */
  readonly replace: boolean
  readonly writer: Writer
  readonly released: Released
  readonly folders: readonly RecordFolder[]
  /** An apk repository to release instead of the one that the records name, absolute path. */
  readonly packages: string | undefined
  /** Further files, absolute paths. */
  readonly more: readonly string[]
  /** Folder of ours. */
  readonly temp: string
}
