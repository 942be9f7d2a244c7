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
