import { severities, type Severity } from '../domain/finding.ts'
import type { ImageFinding } from '../domain/verdict.ts'

/** Place of a severity among all, 0 for the worst. */
export function rankOf(severity: Severity): number {
  return severities.indexOf(severity)
}

/** The worst first: by severity, then what is exploited, then what is likely to be, then by name. */
export function byWeight(a: ImageFinding, b: ImageFinding): number {
  return (
    rankOf(a.severity) - rankOf(b.severity) ||
    Number(b.exploited ?? false) - Number(a.exploited ?? false) ||
    (b.epss ?? 0) - (a.epss ?? 0) ||
    compare(a.id, b.id) ||
    compare(a.package, b.package) ||
    compare(a.version, b.version)
  )
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
