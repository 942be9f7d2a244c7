import type { SourcePlace } from './failure.ts'
import type { Finding, Scanner, Severity } from './finding.ts'

/** A vulnerability in one package of an image, once for all platforms that have it. */
export interface ImageFinding extends Omit<Finding, 'description'> {
  /** `linux/amd64` */
  readonly platforms: readonly string[]
  /** The line of the apko or melange file that brings the package in; the file alone where no line does. */
  readonly at?: SourcePlace
  /** Packages from the one that the line names to the one that has it; that one alone when the line names it. */
  readonly chain?: readonly string[]
}

/** The user's word that a vulnerability of a package is not to stop the image. */
export interface IgnoreEntry {
  readonly vulnerability: string
  readonly package: string
  readonly reason: string
  /** Last day on which it counts, `2026-12-31` (UTC). */
  readonly until: string
  /** Where it is written, when that is a file. */
  readonly at?: SourcePlace
}

/** A finding that does not count, and why. */
export interface IgnoredFinding extends ImageFinding {
  readonly by: 'scan-ignore' | 'vex'
  readonly reason: string
  /** Last day of an entry of `scan-ignore`. */
  readonly until?: string
}

/** How many findings of each severity one platform has; those that are ignored are not among them. */
export type PlatformCounts = Readonly<Record<Severity, number>> & {
  readonly platform: string
  readonly ignored: number
}

/** Whether an image may be published, and all that led to it. */
export interface Verdict {
  readonly pass: boolean
  /** As the input says it: `critical`, `high, kev`, `never`. */
  readonly failOn: string
  readonly onlyFixed: boolean
  readonly counts: readonly PlatformCounts[]
  /** Findings that stop the image, the worst first. */
  readonly failing: readonly ImageFinding[]
  /** Findings that do not, but are there, the worst first. */
  readonly others: readonly ImageFinding[]
  readonly ignored: readonly IgnoredFinding[]
  /** Entries of `scan-ignore` whose day is over, and those that no finding needs. */
  readonly expired: readonly IgnoreEntry[]
  readonly unused: readonly IgnoreEntry[]
  readonly scanner: Scanner
}

/** A finding as far as it is compared with those of another image. */
export type ComparedFinding = Pick<Finding, 'id' | 'package' | 'version' | 'severity'>

/** What is new and what is gone against an image of before. */
export interface FindingChanges {
  readonly added: readonly ComparedFinding[]
  readonly gone: readonly ComparedFinding[]
}
