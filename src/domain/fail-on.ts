import type { Severity } from './finding.ts'

/** What stops an image: a severity and all above it, what is known to be exploited, what is likely to be. Nothing of it: never. */
export interface FailOn {
  readonly severity?: NamedSeverity
  readonly exploited: boolean
  /** Probability of an exploit, 0 to 1, from which on a finding stops the image. */
  readonly epss?: number
}

/** Severities that can be asked for. */
export const namedSeverities = ['critical', 'high', 'medium', 'low', 'negligible'] as const
export type NamedSeverity = (typeof namedSeverities)[number] & Severity

/**
 * Reads `never`, or a severity, `kev` (known to be exploited) and `epss>=0.5` by comma or line, each once; undefined when it is
 * anything else.
 */
export function parseFailOn(text: string): FailOn | undefined {
  const entries = text
    .split(/[\n,]/)
    .map(entry => entry.replaceAll(/\s+/g, '').toLowerCase())
    .filter(entry => entry !== '')
  if (entries.length === 1 && entries[0] === 'never') return { exploited: false }
  const found: { -readonly [K in keyof FailOn]: FailOn[K] } = { exploited: false }
  for (const entry of entries) {
    const severity = namedSeverities.find(each => each === entry)
    const [, epss] = /^epss>=(0|1|0?\.\d+|1\.0+)$/.exec(entry) ?? []
    if (severity !== undefined && found.severity === undefined) found.severity = severity
    else if (epss !== undefined && found.epss === undefined) found.epss = Number(epss)
    else if (entry === 'kev' && !found.exploited) found.exploited = true
    else return undefined
  }
  return entries.length === 0 ? undefined : found
}

/** Whether it stops nothing at all. */
export function isNever({ severity, exploited, epss }: FailOn): boolean {
  return severity === undefined && !exploited && epss === undefined
}

/** `high, kev, epss>=0.5` */
export function failOnText(failOn: FailOn): string {
  if (isNever(failOn)) return 'never'
  const { severity, exploited, epss } = failOn
  const parts = [severity, exploited ? 'kev' : undefined, epss === undefined ? undefined : `epss>=${epss}`]
  return parts.filter(part => part !== undefined).join(', ')
}
