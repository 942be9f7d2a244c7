import type { ScannerName } from './tool.ts'

/** How bad a vulnerability is, the worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const

export type Severity = (typeof severities)[number]

/** A vulnerability that a scanner found in one package. */
export interface Finding {
  /** `CVE-2026-11111`, `GHSA-…` */
  readonly id: string
  /** Other names of the same. */
  readonly aliases: readonly string[]
  readonly severity: Severity
  /** Name and version of the package as installed. */
  readonly package: string
  readonly version: string
  /** Kind of the package: `apk`, `python`, `go-module`, … */
  readonly kind: string
  /** Package URL, where the scanner tells. */
  readonly purl?: string
  /** Versions that have it mended; empty when none is known. */
  readonly fixedIn: readonly string[]
  readonly url?: string
  readonly description?: string
  /** Probability of an exploit within 30 days, 0 to 1 (EPSS). */
  readonly epss?: number
  /** Whether it is known to be exploited (CISA's catalogue). */
  readonly exploited?: boolean
}

/** What a scanner saw in one platform of an image. */
export interface PlatformScan {
  /** `linux/amd64` */
  readonly platform: string
  /** `amd64` */
  readonly arch: string
  readonly findings: readonly Finding[]
}

/** The scanner of a run and what it knew. */
export interface Scanner {
  readonly name: ScannerName
  readonly version: string
  readonly database: {
    /** When it was made, ISO 8601. */
    readonly built: string
    /** Where it came from; never a secret. */
    readonly source: string
    /** Of its file, where that is known. */
    readonly sha256?: string
  }
}
