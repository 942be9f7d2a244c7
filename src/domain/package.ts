/** One apk that was built. */
export interface Package {
  readonly name: string
  /** apk version with its epoch: `1.0.0-r0`. */
  readonly version: string
  /** apk's architecture name: `x86_64`. */
  readonly arch: string
  /** Path below the repository folder: `x86_64/senhas-1.0.0-r0.apk`. */
  readonly file: string
  /** sha256 (hex) of the file. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Built by an earlier run; this one took it from the store and signed it. */
  readonly taken?: true
}

/** An apk repository in a folder: `<folder>/<apk arch>/APKINDEX.tar.gz`, every index signed. */
export interface LocalRepository {
  /** Absolute path, parent of the architecture folders. */
  readonly folder: string
  /** Absolute path of the public key that its indexes are signed with. */
  readonly publicKey: string
  readonly packages: readonly Package[]
}
