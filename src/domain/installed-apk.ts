/** An apk that an image has, as its package database lists it. */
export interface InstalledApk {
  readonly name: string
  /** apk version with its epoch: `1.36.1-r2`. */
  readonly version: string
  /** apk's name of the architecture: `x86_64`; `noarch` for some. */
  readonly arch: string
  /** Of the control part: `Q1` and base64 of a SHA-1; `Q2` and base64 of a SHA-256. */
  readonly checksum: string
  /** `ID` of the image's os-release: `alpine`, `wolfi`; undefined when the image does not say. */
  readonly distribution?: string
}

/** What an installed apk needs, and the names that it goes by: who brought whom into an image is told by them. */
export interface ApkRelations {
  readonly name: string
  /** Source package that it was built from. */
  readonly origin: string
  /** As apk writes them: `musl`, `so:libcrypto.so.3`, `python3>=3.12`, `!libressl`. */
  readonly depends: readonly string[]
  /** Other names that it goes by: `so:libc.so.6=6`, `cmd:sh`. */
  readonly provides: readonly string[]
}
