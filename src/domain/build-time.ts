/** How long one melange file took to build for one architecture. */
export interface BuildTime {
  /** As in the record's `files`. */
  readonly file: string
  /** apk's architecture name. */
  readonly arch: string
  readonly seconds: number
}
