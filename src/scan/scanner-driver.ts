import type { Finding } from '../domain/finding.ts'
import type { BuiltImage, PlatformImage } from '../domain/image.ts'

/** What a scanner says of one platform. */
export interface ScanReport {
  readonly findings: readonly Finding[]
  /** The apk packages that it looked at. */
  readonly packages: readonly SeenPackage[]
  /** The distribution by which it looked for vulnerabilities; undefined when it knows nothing of the image's. */
  readonly distribution: string | undefined
}

export interface SeenPackage {
  readonly name: string
  readonly version: string
}

/** A kind of scanner with its database, ready to look. */
export interface ScannerDriver {
  /** Looks at one platform; `folder` is empty and its own. Fails with SCAN_FAILED or DISK_FULL. */
  look(target: ScanTarget, folder: string): Promise<ScanReport>
}

export interface ScanTarget {
  readonly image: BuiltImage
  readonly platform: PlatformImage
}
