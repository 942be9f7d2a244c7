import { severities, type PlatformScan, type Scanner, type Severity } from '../domain/finding.ts'
import { failOnText, type FailOn } from '../domain/fail-on.ts'
import type { IgnoredFinding, IgnoreEntry, ImageFinding, PlatformCounts, Verdict } from '../domain/verdict.ts'
import { isFixed, isNamed } from './policy.ts'
import { lastWord, type ImageIdentity } from './vex-match.ts'
import type { VexStatement } from './vex-statement.ts'

/** What may stop an image, and what may not. */
export interface Policy {
  readonly failOn: FailOn
  /** Whether only findings with a known mended version stop the image. */
  readonly onlyFixed: boolean
  readonly ignores: readonly IgnoreEntry[]
  readonly vex: readonly VexStatement[]
  /** Today, `2026-01-31` (UTC). */
  readonly today: string
}

export interface Case {
  readonly image: ImageIdentity
  readonly scanner: Scanner
  readonly platforms: readonly Pick<PlatformScan, 'platform'>[]
  /** The worst first. */
  readonly findings: readonly ImageFinding[]
  /** Source package by the name of an installed one: an entry may name either. */
  readonly origins: ReadonlyMap<string, string>
}

/** Judges an image by what was found in it; pure. */
export function judge(found: Case, policy: Policy): Verdict {
  const { findings, image, scanner, platforms } = found
  const expired = policy.ignores.filter(({ until }) => until < policy.today)
  const current = policy.ignores.filter(entry => !expired.includes(entry))
  const used = new Set<IgnoreEntry>()
  const ignored: IgnoredFinding[] = []
  const open: ImageFinding[] = []
  for (const finding of findings) {
    const entries = current.filter(entry => isFor(entry, finding, found.origins))
    for (const entry of entries) used.add(entry)
    const [entry] = entries
    const word = lastWord(finding, policy.vex, image)
    if (entry !== undefined) {
      ignored.push({ ...finding, by: 'scan-ignore', reason: entry.reason, until: entry.until })
    } else if (word?.status === 'not_affected' || word?.status === 'fixed') {
      ignored.push({ ...finding, by: 'vex', reason: word.reason || word.status })
    } else open.push(finding)
  }
  const stops = (finding: ImageFinding): boolean =>
    isNamed(finding, policy.failOn) && (!policy.onlyFixed || isFixed(finding))
  const failing = open.filter(stops)
  return {
    pass: failing.length === 0,
    failOn: failOnText(policy.failOn),
    onlyFixed: policy.onlyFixed,
    counts: platforms.map(({ platform }) => countsOf(platform, open, ignored)),
    failing,
    others: open.filter(finding => !stops(finding)),
    ignored,
    expired,
    unused: current.filter(entry => !used.has(entry)),
    scanner,
  }
}

function isFor(entry: IgnoreEntry, finding: ImageFinding, origins: ReadonlyMap<string, string>): boolean {
  const id = entry.vulnerability.toLowerCase()
  if (![finding.id, ...finding.aliases].some(name => name.toLowerCase() === id)) return false
  return entry.package === finding.package || entry.package === origins.get(finding.package)
}

function countsOf(
  platform: string,
  open: readonly ImageFinding[],
  ignored: readonly IgnoredFinding[],
): PlatformCounts {
  const isHere = ({ platforms }: ImageFinding): boolean => platforms.includes(platform)
  const count = (severity: Severity): number =>
    open.filter(each => each.severity === severity && isHere(each)).length
  const counts = Object.fromEntries(severities.map(severity => [severity, count(severity)])) as Record<
    Severity,
    number
  >
  return { platform, ...counts, ignored: ignored.filter(isHere).length }
}
