import type { Digest } from './digest.ts'
import type { FindingChanges, Verdict } from './verdict.ts'

/** The verdict on an image; descriptions of findings are left to the SARIF document. */
export interface ScanOfRecord extends Verdict {
  readonly startedAt: string
  readonly finishedAt: string
  /** SARIF document that its findings are in. */
  readonly sarif?: string
  /** Against the image that was compared with; left out when no scan of that is attested. */
  readonly since?: SinceOfRecord
  /** Why nobody knows whether there is an earlier scan. */
  readonly notCompared?: string
}

export interface SinceOfRecord extends FindingChanges {
  /** `ghcr.io/octo/demo:main` */
  readonly reference: string
  readonly digest: Digest
  /** When that was scanned. */
  readonly scannedAt: string
}
