/** Every foreseen way a run can end badly. Codes are stable: scripts and tests may rely on them. */
export type FailureCode =
  | 'INPUT_INVALID'
  | 'CONFIG_INVALID'
  | 'CONFIG_MISSING'
  | 'TOOL_UNKNOWN'
  | 'TOOL_UNSUITED'
  | 'TOOL_MISSING'
  | 'TOOL_FAILED'
  | 'DOWNLOAD_FAILED'
  | 'CHECKSUM_MISMATCH'
  | 'ARCHIVE_INVALID'
  | 'DISK_FULL'
  | 'KEY_INVALID'
  | 'SANDBOX_MISSING'
  | 'EMULATION_MISSING'
  | 'PACKAGE_UNRESOLVED'
  | 'PACKAGE_FAILED'
  | 'IMAGE_FAILED'
  | 'LOCK_INVALID'
  | 'LOCK_STALE'
  | 'NOT_REPRODUCIBLE'
  | 'LAYOUT_INVALID'
  | 'ENGINE_MISSING'
  | 'CREDENTIALS_INVALID'
  | 'REGISTRY_DENIED'
  | 'REGISTRY_FAILED'
  | 'REGISTRY_MISMATCH'
  | 'NETWORK_FAILED'
  | 'IDENTITY_MISSING'
  | 'SIGNING_FAILED'
  | 'SIGNATURE_INVALID'
  | 'SCAN_FAILED'
  | 'SCAN_BLIND'
  | 'VULNERABLE'
  | 'VERSION_MISMATCH'
  | 'TAG_REFUSED'
  | 'RELEASE_FAILED'
  | 'GITHUB_REFUSED'
  | 'PACKAGES_INVALID'
  | 'CANCELLED'

/** A place in a file of the user, shown as an annotation. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

export interface FailureDetails {
  readonly hint?: string | undefined
  readonly cause?: unknown
  readonly at?: SourcePlace | undefined
}

/** A failure we foresaw: `message` says what is wrong, `hint` the next step. Anything else thrown is a bug of ours. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly hint: string | undefined
  readonly at: SourcePlace | undefined

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.at = details.at
  }
}
