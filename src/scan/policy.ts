import type { ImageFinding } from '../domain/verdict.ts'
import type { FailOn } from '../domain/fail-on.ts'
import { rankOf } from './order.ts'

/**
 * Whether a finding is one that `fail-on` names. `negligible` names everything, so also what has no severity yet: nobody knows how
 * bad that is.
 */
export function isNamed(finding: ImageFinding, { severity, exploited, epss }: FailOn): boolean {
  if (severity === 'negligible') return true
  if (severity !== undefined && rankOf(finding.severity) <= rankOf(severity)) return true
  if (exploited && finding.exploited === true) return true
  return epss !== undefined && finding.epss !== undefined && finding.epss >= epss
}

/** Whether a version that has it mended is known. */
export function isFixed({ fixedIn }: ImageFinding): boolean {
  return fixedIn.length > 0
}
